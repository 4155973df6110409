import { DigitDetector } from '../../audio/digit-detector.ts';
import { NARROW_FRAME, NARROW_RATE } from '../../audio/frame.ts';
import { Interpolator } from '../../audio/resample.ts';
import type { Format, RemoteMedia } from '../port.ts';
import { decodeTable } from './codec/g711.ts';
import { Concealer } from './concealer.ts';
import { DigitReceiver } from './digit-receiver.ts';
import { DIGITS } from './digits.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import { Presses } from './presses.ts';
import type { RtpPacket } from './rtp.ts';
import { SequenceWindow } from './sequence-window.ts';
import type { MediaStats } from './stats.ts';

/** No packet of ours or of any gateway is longer: 200 ms. */
const LONGEST = NARROW_RATE / 5;

/** Comfort noise (RFC 3389), which gateways send unasked: its silence is as good as theirs. */
const COMFORT_NOISE = 13;

/** What a receiver finds. */
export interface Found {
  digit(digit: string, source: 'rfc4733' | 'in-band'): void;
  malformed(kind: string, detail: string): void;
}

/** The far end's packets of one call, made into frames for the ear and digits for the call. */
export class Receiver {
  readonly #stats: MediaStats;
  readonly #found: Found;
  readonly #buffer = new JitterBuffer();
  readonly #concealer = new Concealer();
  readonly #interpolator = new Interpolator(2, NARROW_FRAME);
  readonly #digits = new DigitReceiver();
  readonly #detector = new DigitDetector();
  readonly #presses = new Presses();
  readonly #narrow = new Int16Array(NARROW_FRAME);
  #copies = new SequenceWindow();
  #ssrc: number | null = null;
  /** A new source that has sent one packet: a second makes it the source (RFC 3550 appendix A.1). */
  #probation: number | null = null;
  #transit: number | null = null;

  constructor(stats: MediaStats, found: Found) {
    this.#stats = stats;
    this.#found = found;
  }

  /** Takes a packet of the far end at `now` (ms). `remote` says what was agreed on. */
  packet(packet: RtpPacket, remote: RemoteMedia, now: number): void {
    if (!this.#isSource(packet.ssrc)) return;
    if (this.#copies.copy(packet.sequence, packet.timestamp, now)) {
      this.#stats.duplicates += 1;
      return;
    }
    if (packet.payloadType === remote.digitPayloadType) this.#event(packet, now);
    else this.#sound(packet, remote.receives, now);
  }

  /** The far end's next 20 ms at 16 kHz. Digits in it are told. */
  take(out: Int16Array, now: number): void {
    const frame = this.#narrow;
    const madeUp = this.#fill(frame);
    if (!madeUp) {
      const key = this.#detector.detect(frame);
      if (key && DIGITS.includes(key)) this.#pressed(key, 'in-band', now);
    }
    this.#stats.delay = this.#buffer.delay;
    this.#interpolator.run(frame, out);
  }

  skip(ticks: number): void {
    this.#buffer.skip(ticks);
  }

  /** Forgets all sound that has come: none of it is heard. */
  flush(): void {
    this.#buffer.silence();
    this.#concealer.flush();
    this.#interpolator.flush();
  }

  /** True where the frame is made up: a detector learns nothing from it. */
  #fill(frame: Int16Array): boolean {
    const madeUp = this.#concealer.fill(frame);
    const came = this.#buffer.take(frame);
    if (came > 0) this.#concealer.good(frame);
    if (came === NARROW_FRAME || !madeUp) return false;
    this.#stats.concealed += 1;
    return true;
  }

  #isSource(ssrc: number): boolean {
    if (ssrc !== this.#ssrc && this.#ssrc !== null && this.#probation !== ssrc) {
      this.#probation = ssrc;
      return false;
    }
    this.#probation = null;
    if (ssrc === this.#ssrc) return true;
    if (this.#ssrc !== null) this.#startOver();
    this.#ssrc = ssrc;
    return true;
  }

  #startOver(): void {
    this.#stats.resyncs += 1;
    this.#buffer.reset();
    this.#digits.reset();
    this.#copies = new SequenceWindow();
    this.#transit = null;
  }

  #event(packet: RtpPacket, now: number): void {
    const digit = this.#digits.receive(packet);
    if (digit === 'malformed') {
      this.#stats.malformed += 1;
      this.#found.malformed('digit', `RTP: a telephone-event of ${packet.payload.length} bytes, 4 are wanted`);
    } else if (digit !== null) this.#pressed(digit, 'rfc4733', now);
  }

  #pressed(digit: string, source: 'rfc4733' | 'in-band', now: number): void {
    if (!this.#presses.isNew(digit, source, now)) return;
    this.#stats.digitsReceived += 1;
    this.#found.digit(digit, source);
  }

  #sound(packet: RtpPacket, receives: readonly Format[], now: number): void {
    if (packet.payloadType === COMFORT_NOISE || packet.payload.length === 0) return;
    const format = receives.find(({ payloadType }) => payloadType === packet.payloadType);
    const table = format ? decodeTable(format.codec) : null;
    if (!table || packet.payload.length > LONGEST) {
      this.#stats.unknownType += 1;
      const what = table ? `${packet.payload.length} bytes of sound` : `payload type ${packet.payloadType}`;
      this.#found.malformed('type', `RTP: ${what} from the far end, which was not agreed on`);
      return;
    }
    this.#measure(packet.timestamp, now);
    const placed = this.#buffer.put(packet.timestamp, packet.payload, table);
    if (placed === 'late') this.#stats.late += 1;
    if (placed === 'resync') this.#stats.resyncs += 1;
  }

  /** Interarrival jitter (RFC 3550 section 6.4.1). */
  #measure(timestamp: number, now: number): void {
    const transit = now - timestamp / (NARROW_RATE / 1_000);
    const change = this.#transit === null ? 0 : Math.abs(transit - this.#transit);
    // A jump of the far end's clock is no jitter.
    if (change < 1_000) this.#stats.jitter += (change - this.#stats.jitter) / 16;
    this.#transit = transit;
  }
}
