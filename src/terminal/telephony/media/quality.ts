import type { CallQuality } from '../../audio/port.ts';
import type { Codec } from '../port.ts';
import { opinion, rating } from './mos.ts';
import type { Listening } from './receiver.ts';

/** Between two estimates, ms. */
const WINDOW = 5_000;

/** What a codec waits for before it can begin, ms: samples to come, and the packet itself. */
const LOOKAHEAD: Readonly<Record<Codec, number>> = { PCMU: 0, PCMA: 0, G722: 2, opus: 7 };
const PACKET = 20;

/** What is known of a call when five seconds are over, beside how it was heard in them. */
export type Observed = Pick<CallQuality, 'encrypted' | 'jitter' | 'roundTrip' | 'far'>;

/** How well one call is heard, told every five seconds of it in which something came (ITU-T G.107). */
export class Quality {
  #since: number | null = null;
  /** Ms of sound that was to be heard, and of it what was not. */
  #due = 0;
  #lost = 0;
  #sum = 0;
  #count = 0;
  #least = 5;

  /** Five seconds are over: `judge` is to be told how they were heard. Asked once a tick. */
  isOver(now: number): boolean {
    this.#since ??= now;
    if (now - this.#since < WINDOW) return false;
    this.#since = now;
    return true;
  }

  /** The estimate with these five seconds; null where nothing was to be heard in them. */
  judge({ due, lossRatio, burstiness, delayMs, codec }: Listening, observed: Observed): CallQuality | null {
    if (due === 0 || codec === null) return null;
    this.#due += due;
    this.#lost += lossRatio * due;
    const way = (observed.roundTrip ?? 0) / 2 + delayMs + PACKET + LOOKAHEAD[codec];
    const now = opinion(rating({ codec, loss: lossRatio, burstRatio: burstiness, delay: way }));
    this.#sum += now;
    this.#count += 1;
    this.#least = Math.min(this.#least, now);
    const mos = { now: round(now), mean: round(this.#sum / this.#count), least: round(this.#least) };
    return { ...observed, codec, mos, loss: this.#lost / this.#due, delay: delayMs };
  }
}

/** An estimate has no more digits than these. */
const round = (mos: number): number => Math.round(100 * mos) / 100;
