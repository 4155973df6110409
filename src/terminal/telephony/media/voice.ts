import { FRAME, RATE, TICK_MS } from '../../audio/frame.ts';
import { Decimator, Interpolator } from '../../audio/resample.ts';
import type { Codec } from '../port.ts';
import { type Encoder, encoderOf } from './codec/codec.ts';

/** Packet times that are sent, ms; Opus knows no 30. */
const PTIMES = [10, 20, 30, 40, 60] as const;
const OPUS_PTIMES = [10, 20, 40, 60] as const;

/** Sound on its way into packets of one codec: brought to the encoder's rate, and held until a packet is full. */
export class Voice {
  readonly codec: Codec;
  readonly encoder: Encoder;
  readonly #resampler: Decimator | Interpolator | null;
  /** At the encoder's rate: the longest packet and a tick. */
  readonly #samples: Int16Array;
  readonly #tick: number;
  #held = 0;

  constructor(codec: Codec) {
    this.codec = codec;
    this.encoder = encoderOf(codec);
    const { rate } = this.encoder;
    this.#tick = (rate * TICK_MS) / 1_000;
    this.#samples = new Int16Array(5 * this.#tick);
    if (rate === RATE) this.#resampler = null;
    else this.#resampler = rate < RATE ? new Decimator(RATE / rate, FRAME) : new Interpolator(rate / RATE, FRAME);
  }

  /** Sound not yet sent, ms. */
  get held(): number {
    return (this.#held * 1_000) / this.encoder.rate;
  }

  add(frame: Int16Array): void {
    const to = this.#samples.subarray(this.#held, this.#held + this.#tick);
    if (this.#resampler) this.#resampler.run(frame, to);
    else to.set(frame);
    this.#held += this.#tick;
  }

  /** Encodes the first `ms` that are held; returns the bytes. */
  encode(ms: number, out: Uint8Array, at: number): number {
    const count = (ms * this.encoder.rate) / 1_000;
    const size = this.encoder.encode(this.#samples.subarray(0, count), out, at);
    this.#samples.copyWithin(0, count, this.#held);
    this.#held -= count;
    return size;
  }

  drop(): void {
    this.#held = 0;
  }

  flush(): void {
    this.#resampler?.flush();
    this.#held = 0;
  }
}

/** The longest packet time that can be sent and is no longer than what the far end asks for, ms. */
export function packetTime(codec: Codec, wanted: number): number {
  const times: readonly number[] = codec === 'opus' ? OPUS_PTIMES : PTIMES;
  return times.findLast((ptime) => ptime <= wanted) ?? 10;
}
