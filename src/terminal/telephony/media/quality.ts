import type { CallQuality } from '../../audio/port.ts';
import type { Codec } from '../port.ts';
import { opinion, rating } from './mos.ts';
import type { Losses } from './reception.ts';

/** Between two estimates, ms. */
const WINDOW = 5_000;

/** What a codec waits for before it can begin, ms: samples to come, and the packet itself. */
const LOOKAHEAD: Readonly<Record<Codec, number>> = { PCMU: 0, PCMA: 0, G722: 2, opus: 7 };
const PACKET = 20;

/** What is known of a call when five seconds are over. */
export interface Observed {
  /** Of the far end's last sound. */
  codec: Codec;
  encrypted: boolean;
  /** Since the last time. */
  losses: Losses;
  /** Packets of the call that came too late to be heard. */
  late: number;
  /** The rest as in CallQuality. */
  jitter: number;
  delay: number;
  roundTrip: number | null;
  far: { loss: number; jitter: number } | null;
}

/** How well one call is heard, told every five seconds of it in which something came (ITU-T G.107). */
export class Quality {
  #since: number | null = null;
  #expected = 0;
  #lost = 0;
  #late = 0;
  #sum = 0;
  #count = 0;
  #least = 5;

  /** Five seconds are over: what `observe` says is to be told. Asked once a tick. */
  due(now: number): boolean {
    this.#since ??= now;
    if (now - this.#since < WINDOW) return false;
    this.#since = now;
    return true;
  }

  /** The estimate with these five seconds; null where nothing was to be heard in them. */
  judge({ codec, encrypted, losses, late, jitter, delay, roundTrip, far }: Observed): CallQuality | null {
    if (losses.expected === 0) return null;
    const missed = Math.min(losses.expected, losses.lost + Math.max(0, late - this.#late));
    const bursts = losses.bursts + missed - losses.lost;
    this.#late = late;
    this.#expected += losses.expected;
    this.#lost += missed;
    const loss = missed / losses.expected;
    const now = opinion(
      rating({
        codec,
        loss,
        // By chance alone a loss goes on for 1/(1 - loss) packets.
        burstRatio: bursts > 0 ? (missed / bursts) * (1 - loss) : 1,
        delay: (roundTrip ?? 0) / 2 + delay + PACKET + LOOKAHEAD[codec],
      }),
    );
    this.#sum += now;
    this.#count += 1;
    this.#least = Math.min(this.#least, now);
    const mos = { now: round(now), mean: round(this.#sum / this.#count), least: round(this.#least) };
    return { codec, encrypted, mos, loss: this.#lost / this.#expected, jitter, delay, roundTrip, far };
  }
}

/** An estimate has no more digits than these. */
const round = (mos: number): number => Math.round(100 * mos) / 100;
