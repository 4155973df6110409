import { createPrivateKey } from 'node:crypto';
import type { Logger } from 'pino';
import { lifeOf } from '../../protocol/phone-certificate.ts';
import { after, type Instant, type Millis } from '../../protocol/units.ts';
import { type BackOff, Pauses } from '../../retry/pauses.ts';
import { Refused } from '../claiming/ask.ts';
import type { ClientCertificate } from '../fleet/options.ts';
import { askPlatform, type Heard, type Renewable } from './ask.ts';
import { dueAt, type Known, wanted } from './due.ts';

/** Looked at so often at least, since a clock may be set meanwhile; and so long after a platform said no, ms. */
const HOUR = 3_600_000;
/** A link that is lost for so long, or twice that, is reason to ask the time, ms. */
const LOST = 60_000;
/** A clock that is off by more than this is told of, ms. */
const OFF = 86_400_000;

/** A certificate, and the authority of the broker's own; PEM. */
export interface Held {
  readonly certificate: string;
  readonly ca: string | null;
}

/** What renews a certificate. */
export interface RenewalOptions {
  readonly phone: Renewable;
  readonly held: Held;
  /** Where the platform may be, the likeliest first. */
  readonly places: () => Promise<readonly string[]>;
  /** Keeps a new one: when this resolves it is on the disk, whole. */
  readonly keep: (held: Held) => Promise<void>;
  readonly log: Logger;
  /** Between tries; 5 s to 10 min where not given. */
  readonly pauses?: BackOff;
  /** This machine's clock, which somebody may set. */
  readonly now?: () => Instant;
}

/** Keeps a phone's certificate good. Each new one holds from the next connection on; none is closed for it. */
export class Renewals implements ClientCertificate {
  readonly #options: RenewalOptions;
  readonly #key: string;
  readonly #now: () => Instant;
  readonly #pauses: Pauses;
  #held: Held;
  #link: Known['link'] = 'untried';
  /** How far the platform's clock is ahead of the time since the start, ms. */
  #ahead: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #lookAt = Number.POSITIVE_INFINITY;
  #looking: Promise<void> | null = null;
  #lastTrouble = '';
  readonly #stop = new AbortController();

  constructor(options: RenewalOptions) {
    this.#options = options;
    this.#held = options.held;
    this.#pauses = new Pauses(options.pauses ?? { first: 5_000, longest: 600_000 });
    this.#now = options.now ?? (() => Date.now() as Instant);
    const key = createPrivateKey({ key: options.phone.key, format: 'jwk' });
    this.#key = String(key.export({ type: 'pkcs8', format: 'pem' }));
    this.#lookIn(this.#wanted() === null ? this.#untilDue() : this.#pauses.next());
  }

  read() {
    const { certificate: cert, ca } = this.#held;
    return { cert, key: this.#key, ...(ca !== null && { ca }) };
  }

  tried(outcome: 'up' | 'lost' | 'refused'): void {
    if (this.#link === outcome) return;
    this.#link = outcome;
    if (outcome === 'up') this.#pauses.reset();
    if (outcome === 'refused') this.#lookIn(this.#pauses.next());
    if (outcome === 'lost') this.#lookIn(LOST * (1 + Math.random()));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    if (this.#timer) clearTimeout(this.#timer);
    await this.#looking;
  }

  /** In so long, or sooner where it was to be sooner. */
  #lookIn(pause: number): void {
    const at = performance.now() + pause;
    if (this.#stop.signal.aborted || at >= this.#lookAt) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#lookAt = at;
    this.#timer = setTimeout(() => {
      this.#lookAt = Number.POSITIVE_INFINITY;
      this.#looking ??= this.#look().finally(() => {
        this.#looking = null;
      });
    }, pause);
  }

  async #look(): Promise<void> {
    let pause: number | null = null;
    try {
      if (this.#wanted() !== null) await this.#ask();
      this.#lastTrouble = '';
    } catch (error) {
      if (isFinal(error)) pause = HOUR;
      this.#trouble(error);
    }
    this.#lookIn(this.#wanted() === null ? this.#untilDue() : (pause ?? this.#pauses.next()));
  }

  async #ask(): Promise<void> {
    const { keep, log } = this.#options;
    const heard = await this.#hear();
    if (this.#ahead === null) this.#tellOfClock(heard.at);
    this.#ahead = heard.at - performance.now();
    if (this.#wanted() !== 'certificate') return;
    const { certificate, ca } = await heard.certificate();
    // Until the broker was tried with it: where it refuses this one too, pauses go on growing.
    if (this.#link !== 'up') this.#link = 'untried';
    if (certificate === this.#held.certificate && ca === this.#held.ca) return;
    this.#held = { certificate, ca };
    log.info(
      { until: new Date(lifeOf(certificate).until).toISOString() },
      'this phone has a new certificate for the broker: it is shown from the next connection on',
    );
    // One that cannot be kept is asked for again after the next start.
    await keep(this.#held).catch((err: unknown) => log.error({ err }, 'the new certificate holds but is not stored'));
  }

  /** The first platform that answers as the one that this phone was claimed at. */
  async #hear(): Promise<Heard> {
    const places = await this.#options.places();
    let last: unknown = new Error('it is not known where the platform is: neither its voucher nor its file says');
    for (const url of places) {
      const heard = await askPlatform(url, this.#options.phone, this.#stop.signal).catch((error: unknown) => {
        last = error;
        return null;
      });
      if (heard !== null) return heard;
    }
    throw last;
  }

  #wanted(): ReturnType<typeof wanted> {
    const known = { own: this.#now(), platform: this.#platformNow(), link: this.#link };
    return wanted(lifeOf(this.#held.certificate), this.#options.phone.key.kid, known);
  }

  #platformNow(): Instant | null {
    return this.#ahead === null ? null : after(performance.now() as Instant, this.#ahead as Millis);
  }

  #untilDue(): number {
    const due = dueAt(lifeOf(this.#held.certificate), this.#options.phone.key.kid);
    const now = this.#platformNow() ?? this.#now();
    return Math.max(0, Math.min(due - now, HOUR));
  }

  #tellOfClock(at: Instant): void {
    const off = this.#now() - at;
    if (Math.abs(off) < OFF) return;
    const days = `${Math.round(Math.abs(off) / OFF)} days ${off < 0 ? 'behind' : 'ahead of'}`;
    this.#options.log.warn(`this clock is ${days} the platform's: certificates are renewed by the platform's`);
  }

  #trouble(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    if (text === this.#lastTrouble || this.#stop.signal.aborted) return;
    this.#lastTrouble = text;
    this.#options.log.warn(`no new certificate for the broker yet: ${text}`);
  }
}

/** The platform will not: another key is in force there, or phones have no certificates. */
const isFinal = (error: unknown): boolean => error instanceof Refused && [403, 404, 409].includes(error.status);
