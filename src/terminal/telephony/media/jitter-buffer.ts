import { FRAME, RATE } from '../../audio/frame.ts';
import type { Decoder } from './codec/codec.ts';
import { DelayTarget } from './delay-target.ts';
import { type Came, FAR_OFF, type Hearing, OtherClock } from './other-clock.ts';
import { type ItemKind, PacketQueue } from './packet-queue.ts';
import { Playout } from './playout.ts';
import { clockAhead, type RtpPacket } from './rtp.ts';

/** A tick that comes this far off its time is taken as the new time, ms. */
const OFF_TIME = 30;

/** What became of a packet: `resync` where the buffer began anew with it. */
export type Placed = 'kept' | 'late' | 'resync';

/**
 * Holds the far end's packets, in the order of its clock, until their turn, and decodes them then: so codecs with a memory
 * are fed in order. How long they wait follows the network (`DelayTarget`); how sound is bent to it is `Playout`'s.
 */
export class JitterBuffer {
  readonly #queue = new PacketQueue();
  readonly #target = new DelayTarget();
  readonly #playout: Playout;
  /** The last timestamp, and the same without wrapping. */
  #timestamp = 0;
  #extended: number | null = null;
  /** The far end's clock, ticks a second. */
  #clock = 8_000;
  readonly #other = new OtherClock();
  /** Our time, ms, without the lateness of single ticks. */
  #time = Number.NEGATIVE_INFINITY;
  #stalled = false;
  /** End of the latest sound that came. */
  #latest = Number.NEGATIVE_INFINITY;
  /** Packets that came when their turn was over. */
  #late = 0;

  /**
   * `hear` is shown all that was decoded and not made up, before it is heard, at its codec's rate. `steady` is how long packets wait
   * where sound may not be bent, ms; null for as short as the network allows.
   */
  constructor(hear: (samples: Int16Array, rate: number) => void, steady: number | null = null) {
    this.#playout = new Playout(this.#queue, this.#target, hear, steady);
  }

  /** Time from a packet's arrival to its turn, in the mean, ms. */
  get delay(): number {
    return this.#playout.delay(this.#time);
  }

  get late(): number {
    return this.#late + this.#playout.counts.late;
  }

  /** What was done to the far end's sound so far. */
  get counts(): Playout['counts'] {
    return this.#playout.counts;
  }

  /** Length of the far end's packets, samples of 16 kHz. */
  get packet(): number {
    return this.#playout.packet;
  }

  /** RTP timestamp of the first sample of the frame taken last; null where that was no sound of the far end. */
  get playedTimestamp(): number | null {
    const place = this.#playout.played;
    return place === null ? null : Math.round((place * this.#clock) / RATE) >>> 0;
  }

  /**
   * Takes a packet that came at `now` (ms), and keeps its payload. `decoder` is that of its sound, or of the sound before it
   * where it has none.
   */
  put(kind: ItemKind, packet: RtpPacket, decoder: Decoder, now: number): Placed {
    const transit = now - (this.#extend(packet.timestamp) * 1_000) / decoder.clock;
    const came: Came = { kind, packet, decoder, now, transit };
    if (this.#extended !== null && decoder.clock !== this.#clock) return this.#restart([came]);
    const deaf = this.#other.deaf(came, this.#hearing);
    if (deaf) return this.#restart(deaf);
    const early = this.#target.quickest - transit;
    const isFar = this.#target.known && Math.abs(early) > FAR_OFF;
    // All packets of a press carry the time it began at (RFC 4733 section 2.5.1.2): that they come ever later says nothing.
    if (kind === 'pause' && isFar && early > 0) return 'late';
    if (kind !== 'pause' && isFar) {
      const others = this.#other.misfit(came, early > 0, this.#hearing);
      if (others) return this.#restart(others);
      this.#late += 1;
      return 'late';
    }
    this.#other.fit(came);
    return this.#place(came);
  }

  /** The next 20 ms in `out`, at 16 kHz. `now` in ms. */
  take(out: Int16Array, now: number): void {
    const due = this.#time + 20;
    if (now < due || now > due + OFF_TIME) this.#time = now;
    else this.#time = due + (now - due) / 64;
    this.#target.settle(this.#time, this.#stalled);
    this.#stalled = false;
    const { whole } = this.#playout.counts;
    this.#playout.take(out, this.#time);
    this.#other.tick(this.#playout.counts.whole !== whole, this.#hearing);
  }

  /** Time that was passed over: its sound is lost. */
  skip(ticks: number): void {
    if (ticks <= 0) return;
    this.#time += 20 * ticks;
    this.#stalled = true;
    this.#playout.skip(ticks * FRAME);
  }

  /** Makes silence of all that has come, and keeps its place: what comes next is heard in its turn. */
  silence(): void {
    this.#playout.silence(this.#latest);
  }

  /** Forgets all, and begins anew with the next packet. */
  reset(): void {
    this.#restart([]);
  }

  get #hearing(): Hearing {
    return { silent: this.#playout.silent, late: this.late };
  }

  /** Begins anew with `those`, in their order. */
  #restart(those: readonly Came[]): Placed {
    this.#queue.clear();
    this.#target.reset();
    this.#playout.restart();
    this.#extended = null;
    this.#latest = Number.NEGATIVE_INFINITY;
    this.#other.reset(this.#hearing);
    for (const came of those) this.#place(came);
    return 'resync';
  }

  #place({ kind, packet, decoder, now }: Came): Placed {
    const { clock } = decoder;
    const extended = this.#extend(packet.timestamp);
    this.#clock = clock;
    this.#timestamp = packet.timestamp;
    this.#extended = extended;
    if (kind !== 'pause') this.#target.arrived(now - (extended * 1_000) / clock, now);
    const start = Math.round((extended * RATE) / clock);
    const length = kind === 'sound' ? Math.round((decoder.duration(packet.payload) * RATE) / clock) : 0;
    if (this.#playout.isOver(start, length)) {
      this.#late += 1;
      return 'late';
    }
    this.#latest = Math.max(this.#latest, start + length);
    const { sequence, payload } = packet;
    this.#queue.add({ kind, sequence, payload, start, length, decoder: kind === 'sound' ? decoder : null });
    return 'kept';
  }

  #extend(timestamp: number): number {
    return this.#extended === null ? timestamp : this.#extended + clockAhead(timestamp, this.#timestamp);
  }
}
