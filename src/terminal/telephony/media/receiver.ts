import { DigitDetector } from '../../audio/digit-detector.ts';
import { RATE } from '../../audio/frame.ts';
import type { Codec, Format, RemoteMedia } from '../port.ts';
import { Arrivals, type ReceptionReport } from './arrivals.ts';
import { type Decoder, decoderOf } from './codec/codec.ts';
import { DigitReceiver } from './digit-receiver.ts';
import { DIGITS } from './digits.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import type { ItemKind } from './packet-queue.ts';
import { Presses } from './presses.ts';
import type { RtpPacket } from './rtp.ts';
import { SequenceWindow } from './sequence-window.ts';
import type { MediaStats } from './stats.ts';
import { ToNarrow } from './to-narrow.ts';

/** No packet of ours or of any gateway is longer, s. */
const LONGEST = 0.2;

/** Of what is heard, in a ms. */
const SAMPLES = RATE / 1_000;

/** Comfort noise (RFC 3389), which gateways send unasked. */
const COMFORT_NOISE = 13;

/** What a receiver finds. */
export interface Found {
  digit(digit: string, source: 'rfc4733' | 'in-band'): void;
  malformed(kind: string, detail: string): void;
}

/** How the far end is heard, since this was asked last: what a listener's judgement is estimated from (ITU-T G.107). */
export interface Listening {
  /** The far end's sound that was to be heard, ms; 0 where it was silent all the time. */
  due: number;
  /** Part of the far end's sound that was made up, because it never came or too late: 0 to 1. */
  lossRatio: number;
  /** BurstR: how much longer losses are than random ones would be; at least 1. */
  burstiness: number;
  /** From arrival to being heard, in the mean, ms. */
  delayMs: number;
  /** Of the last sound; null before any. */
  codec: Codec | null;
}

/** The far end's packets of one call, made into frames for the ear and digits for the call. */
export class Receiver {
  readonly #stats: MediaStats;
  readonly #found: Found;
  readonly #buffer: JitterBuffer;
  readonly #digits = new DigitReceiver();
  readonly #detector = new DigitDetector();
  readonly #toNarrow = new ToNarrow();
  readonly #presses = new Presses();
  readonly #decoders = new Map<Codec, Decoder>();
  #copies = new SequenceWindow();
  #arrivals: Arrivals | null = null;
  /** A new source that has sent one packet: a second makes it the source (RFC 3550 appendix A.1). */
  #probation: number | null = null;
  #last: { codec: Codec; decoder: Decoder } | null = null;
  /** Keys of the source count. */
  #vouched = false;
  #now = 0;
  /** What `listening` told last: sums of samples. */
  #told = { due: 0, lost: 0, losses: 0 };

  /** `steady` is how long packets wait where sound may not be bent, ms. */
  constructor(stats: MediaStats, found: Found, steady: number | null) {
    this.#buffer = new JitterBuffer((samples, rate) => this.#listen(samples, rate), steady);
    this.#stats = stats;
    this.#found = found;
  }

  /** RTP timestamp of the first sample of the frame taken last; null where none of it is the far end's. */
  get playedTimestamp(): number | null {
    return this.#buffer.playedTimestamp;
  }

  /** What RTCP is to tell of the far end's stream since the last time; null before any of it came. */
  report(): ReceptionReport | null {
    return this.#arrivals?.report(this.#last?.decoder.clock ?? 8_000) ?? null;
  }

  /** How the far end was heard since the last time. */
  listening(): Listening {
    const { due, lost, losses } = this.#buffer.counts;
    const told = this.#told;
    const ratio = due > told.due ? (lost - told.lost) / (due - told.due) : 0;
    const mean = losses > told.losses ? (lost - told.lost) / (losses - told.losses) / this.#buffer.packet : 0;
    const dueMs = (due - told.due) / SAMPLES;
    this.#told = { due, lost, losses };
    return {
      due: dueMs,
      lossRatio: ratio,
      // Losses of independent packets are 1 / (1 - p) long in the mean.
      burstiness: Math.max(1, mean * (1 - ratio)),
      delayMs: this.#buffer.delay,
      codec: this.#last?.codec ?? null,
    };
  }

  /**
   * Takes a packet of the far end at `now` (ms), whose payload is kept. `remote` says what was agreed on, `vouched` whether keys of its
   * stream count.
   */
  packet(packet: RtpPacket, remote: RemoteMedia, { now, vouched }: { now: number; vouched: boolean }): void {
    const source = this.#source(packet.ssrc);
    if (!source) return;
    this.#vouched = vouched;
    source.packet(packet.sequence);
    if (this.#copies.copy(packet.sequence, packet.timestamp, now)) {
      this.#stats.duplicates += 1;
      return;
    }
    const digits = remote.receivesDigits.find(({ payloadType }) => payloadType === packet.payloadType);
    if (digits) this.#event(packet, digits.clock, now);
    else if (packet.payloadType === COMFORT_NOISE) this.#put('noise', packet, now);
    else this.#sound(packet, remote.receives, now);
  }

  /** The far end's next 20 ms at 16 kHz. Digits in it are told. */
  take(out: Int16Array, now: number): void {
    this.#now = now;
    this.#buffer.take(out, now);
    this.#stats.delay = this.#buffer.delay;
    this.#stats.late = this.#buffer.late;
    this.#stats.concealed = Math.ceil(this.#buffer.counts.concealed / out.length);
  }

  skip(ticks: number): void {
    this.#buffer.skip(ticks);
  }

  /** Forgets all sound that has come: none of it is heard. */
  flush(): void {
    this.#buffer.silence();
  }

  #source(ssrc: number): Arrivals | null {
    const known = this.#arrivals;
    if (known !== null && ssrc !== known.ssrc && this.#probation !== ssrc) {
      this.#probation = ssrc;
      return null;
    }
    this.#probation = null;
    if (known?.ssrc === ssrc) return known;
    if (known !== null) this.#startOver();
    this.#arrivals = new Arrivals(ssrc);
    return this.#arrivals;
  }

  #startOver(): void {
    this.#stats.resyncs += 1;
    this.#buffer.reset();
    this.#digits.reset();
    this.#copies = new SequenceWindow();
  }

  #event(packet: RtpPacket, clock: number, now: number): void {
    const digit = this.#digits.receive(packet);
    if (digit === 'malformed') {
      this.#stats.malformed += 1;
      this.#found.malformed('digit', `RTP: a telephone-event of ${packet.payload.length} bytes, 4 are wanted`);
      return;
    }
    // In time of another clock than the sound's nobody can tell where the pause is.
    if (this.#last?.decoder.clock === clock) this.#put('pause', packet, now);
    if (digit !== null) this.#pressed(digit, 'rfc4733', now);
  }

  #pressed(digit: string, source: 'rfc4733' | 'in-band', now: number): void {
    if (!this.#vouched) {
      this.#stats.digitsDoubted += 1;
      this.#found.malformed('doubted', "RTP: a key of a stream that is not known to be the far end's, not taken");
      return;
    }
    if (!this.#presses.isNew(digit, source, now)) return;
    this.#stats.digitsReceived += 1;
    this.#found.digit(digit, source);
  }

  /** Sound that was decoded: real, not made up, so that a lost packet does not split a press. */
  #listen(samples: Int16Array, rate: number): void {
    const key = this.#detector.detect(rate === 8_000 ? samples : this.#toNarrow.run(samples));
    if (key && DIGITS.includes(key)) this.#pressed(key, 'in-band', this.#now);
  }

  #sound(packet: RtpPacket, receives: readonly Format[], now: number): void {
    if (packet.payload.length === 0) return;
    const format = receives.find(({ payloadType }) => payloadType === packet.payloadType);
    const decoder = format ? this.#decoder(format.codec) : null;
    const length = decoder?.duration(packet.payload) ?? 0;
    if (!format || !decoder || length <= 0 || length > LONGEST * decoder.clock) {
      this.#stats.unknownType += 1;
      const what = decoder ? `${packet.payload.length} bytes of sound` : `payload type ${packet.payloadType}`;
      this.#found.malformed('type', `RTP: ${what} from the far end, which was not agreed on`);
      return;
    }
    if (this.#last?.decoder !== decoder) this.#last = { codec: format.codec, decoder };
    this.#arrivals?.timed((packet.timestamp / decoder.clock) * 1_000, now);
    this.#stats.jitter = this.#arrivals?.jitter ?? 0;
    this.#put('sound', packet, now);
  }

  /** What is no sound stands in the time of the sound before it; before any there is no place for it. */
  #put(kind: ItemKind, packet: RtpPacket, now: number): void {
    if (this.#last && this.#buffer.put(kind, packet, this.#last.decoder, now) === 'resync') this.#stats.resyncs += 1;
  }

  #decoder(codec: Codec): Decoder {
    const known = this.#decoders.get(codec);
    if (known) return known;
    const made = decoderOf(codec);
    this.#decoders.set(codec, made);
    return made;
  }
}
