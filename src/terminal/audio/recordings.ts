import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseWav } from './wav.ts';

/** What is said of recordings that are not as they should be. */
export interface Complaints {
  missing(clip: string, language: string): void;
  /** A file that cannot be used: its path and why. */
  broken(detail: string): void;
}

/** Clips are named by the call flow and the site; nothing else may reach the file system. */
const NAME = /^[A-Za-z0-9_-]+$/;

/** Where recordings are looked for. */
export interface RecordingFolders {
  readonly builtIn: string;
  /** The site's own, which win. */
  readonly site?: string;
  /** Those of the site's own kind that came from the facility, `<language>/<name>.ulaw`, which win over both. */
  readonly central?: string;
}

/** Samples of site files kept in memory: 16 MB, eight minutes of speech. */
const KEPT = 8_000_000;

/** Recordings in memory: ours from the start, the site's from their first use and anew when a file changes. */
export class Recordings {
  readonly #builtIn: string;
  readonly #site: string | null;
  readonly #central: string | null;
  readonly #decode: (mulaw: Uint8Array) => Int16Array;
  readonly #tell: Complaints;
  readonly #ours = new Map<string, Int16Array>();
  readonly #theirs = new Map<string, { stamp: string; samples: Int16Array | null }>();
  #kept = 0;
  /** How the caller of this call says his name. */
  #name: { readonly clip: string; readonly samples: Int16Array } | null = null;

  /** `decode`: G.711 mu-law, 8 kHz, at our rate. */
  constructor(folders: RecordingFolders, decode: (mulaw: Uint8Array) => Int16Array, tell: Complaints) {
    this.#builtIn = folders.builtIn;
    this.#site = folders.site ?? null;
    this.#central = folders.central ?? null;
    this.#decode = decode;
    this.#tell = tell;
  }

  /** Loads all of ours: every `<language>/<clip>.wav`. */
  async preload(): Promise<void> {
    const languages = await readdir(this.#builtIn, { withFileTypes: true }).catch(() => null);
    if (!languages) return this.#tell.broken(`recordings: no folder ${this.#builtIn}; install the prompts there`);
    for (const language of languages) {
      if (!language.isDirectory()) continue;
      for (const file of await readdir(join(this.#builtIn, language.name))) {
        if (!file.endsWith('.wav')) continue;
        const samples = await this.#read(join(this.#builtIn, language.name, file));
        if (samples) this.#ours.set(`${language.name}/${file.slice(0, -4)}`, samples);
      }
    }
  }

  /** Has a recording of a site's own kind, in place of its file and until the next one: 16 kHz. */
  keep(clip: `site/${string}`, samples: Int16Array): void {
    this.#name = { clip, samples };
  }

  /** The recordings of `clips` in order; those there are none of are passed over, and told unless a site's own. */
  async find(language: string, clips: readonly string[]): Promise<Int16Array[]> {
    return (await Promise.all(clips.map((clip) => this.#find(language, clip)))).filter((found) => found !== null);
  }

  /** The same without waiting, where no file need be looked at; else null. */
  atHand(language: string, clips: readonly string[]): Int16Array[] | null {
    if (this.#site) return null;
    const found: Int16Array[] = [];
    for (const clip of clips) {
      const samples = this.#name?.clip === clip ? this.#name.samples : this.#ours.get(`${language}/${clip}`);
      if (samples) found.push(samples);
      else if (this.#central !== null || !clip.startsWith('site/')) return null;
    }
    return found;
  }

  async #find(language: string, clip: string): Promise<Int16Array | null> {
    if (this.#name?.clip === clip) return this.#name.samples;
    const ofSite = clip.startsWith('site/');
    const name = ofSite ? clip.slice('site/'.length) : clip;
    if (!NAME.test(name) || !NAME.test(language)) {
      this.#tell.missing(clip, language);
      return null;
    }
    if (this.#central && ofSite) {
      const central = await this.#fresh(join(this.#central, language, `${name}.ulaw`));
      if (central) return central;
    }
    if (this.#site) {
      const own = await this.#fresh(join(this.#site, language, `${name}.wav`));
      if (own) return own;
      if (ofSite) return this.#fresh(join(this.#site, 'names', `${name}.wav`));
    }
    if (ofSite) return null;
    const ours = this.#ours.get(`${language}/${name}`) ?? (await this.#late(language, name));
    if (!ours) this.#tell.missing(clip, language);
    return ours;
  }

  /** One of ours asked for before all were loaded. */
  async #late(language: string, name: string): Promise<Int16Array | null> {
    const path = join(this.#builtIn, language, `${name}.wav`);
    return (await stat(path).catch(() => null)) ? this.#read(path) : null;
  }

  /** A site's file as it is now on the disk. */
  async #fresh(path: string): Promise<Int16Array | null> {
    const found = await stat(path).catch(() => null);
    if (!found) return null;
    const stamp = `${found.mtimeMs} ${found.size}`;
    const kept = this.#theirs.get(path);
    if (kept?.stamp === stamp) return kept.samples;
    const samples = await this.#read(path);
    this.#forget(path);
    this.#theirs.set(path, { stamp, samples });
    this.#kept += samples?.length ?? 0;
    for (const oldest of this.#theirs.keys()) {
      if (this.#kept <= KEPT || oldest === path) break;
      this.#forget(oldest);
    }
    return samples;
  }

  #forget(path: string): void {
    this.#kept -= this.#theirs.get(path)?.samples?.length ?? 0;
    this.#theirs.delete(path);
  }

  async #read(path: string): Promise<Int16Array | null> {
    try {
      const file = await readFile(path);
      return path.endsWith('.ulaw') ? this.#decode(file) : parseWav(file);
    } catch (cause) {
      this.#tell.broken(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`);
      return null;
    }
  }
}
