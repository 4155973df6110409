import { pipeline, Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { CONFIGURATION, DATABASE, FILES, MANIFEST, Manifest } from './manifest.ts';
import { ArchiveError } from './seal.ts';
import { summing, sumOf } from './sum.ts';

/** A file, or the manifest, is under this. */
const LARGEST = 64 << 20;

/** What is done with what is in an archive, in its order. */
export interface Taker {
  /** `setting` as in the manifest. */
  file(setting: string, bytes: Buffer): void | Promise<void>;
  /** The bytes of the database, which are to be read to their end. */
  database(pieces: AsyncIterable<Uint8Array>): Promise<void>;
}

/**
 * Reads an archive to its end, and gives its manifest when all is there that it names and as it says.
 * @throws ArchiveError, after what came before the fault was taken
 */
export async function unpack(archive: AsyncIterable<Uint8Array>, taker: Taker): Promise<Manifest> {
  const entries = entriesOf(archive);
  const files = new Map<string, ReturnType<typeof sumOf>>();
  const all = summing();
  let manifest: Manifest | null = null;
  let entry = await entries.next();
  const setting = (name: string) => (name === CONFIGURATION ? name : name.slice(FILES.length));
  while (!entry.done) {
    const { name, bytes } = entry.value;
    if (manifest !== null) throw new ArchiveError(`${name} comes after its end`);
    if (name === MANIFEST) manifest = manifestIn(bytes);
    else if (name.startsWith(DATABASE)) {
      await taker.database(
        (async function* () {
          while (!entry.done && entry.value.name.startsWith(DATABASE)) {
            all.add(entry.value.bytes);
            yield entry.value.bytes;
            entry = await entries.next();
          }
        })(),
      );
      continue;
    } else if (name === CONFIGURATION || name.startsWith(FILES)) {
      files.set(setting(name), sumOf(bytes));
      await taker.file(setting(name), bytes);
    } else throw new ArchiveError(`${name} is nothing that a backup has`);
    entry = await entries.next();
  }
  if (manifest === null) throw new ArchiveError('it is not whole: its end is missing');
  const { bytes, sha256 } = manifest.database;
  const database = all.sum();
  if (database.bytes !== bytes || database.sha256 !== sha256) throw new ArchiveError('its database is not as it says');
  if (files.size !== manifest.files.length) throw new ArchiveError('its files are not those that it says');
  for (const file of manifest.files)
    if (files.get(file.setting)?.sha256 !== file.sha256) throw new ArchiveError(`${file.setting} is not as it says`);
  return manifest;
}

function manifestIn(bytes: Buffer): Manifest {
  try {
    return Manifest.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new ArchiveError('it was made by another version of tierphone: restore it with that', { cause });
  }
}

/** The entries of a tar, each whole: none is large. */
async function* entriesOf(archive: AsyncIterable<Uint8Array>) {
  const reader = extract();
  let fault: Error | null = null;
  pipeline(Readable.from(archive), reader, (error) => {
    fault = error ?? null;
  });
  try {
    for await (const entry of reader) {
      const { name, size = 0 } = entry.header;
      if (size > LARGEST) throw new ArchiveError(`${name} is larger than anything that a backup has`);
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      yield { name, bytes: Buffer.concat(parts) };
    }
  } catch (cause) {
    if (cause instanceof ArchiveError) throw cause;
    throw (fault as unknown) instanceof ArchiveError ? fault : new ArchiveError('it is cut off', { cause });
  }
}
