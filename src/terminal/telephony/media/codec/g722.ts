import type { Decoder, Encoder } from './coder.ts';
import { Band } from './g722-band.ts';

/** Half of the 24 taps of the quadrature mirror filter, every second one; the other half is the same backwards (table 11). */
const TAPS = Int32Array.of(3, -11, 12, 32, -210, 951, 3_876, -805, 362, -156, 53, -11);
const LENGTH = 24;

/** Samples that a filter is run over before what it remembers is moved back to its front. */
const RUN = 640;

const WIDE = { rate: 16_000, clock: 8_000 } as const;

const clamp = (value: number): number => (value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value);

/** A line of samples of which the last 24 are filtered. */
class Line {
  readonly samples = new Int32Array(LENGTH + RUN);
  #end = LENGTH;
  odd = 0;
  even = 0;

  /** Takes two samples in, and sums up both halves of the filter. */
  push(first: number, second: number): void {
    const { samples } = this;
    if (this.#end === samples.length) {
      samples.copyWithin(0, this.#end - LENGTH, this.#end);
      this.#end = LENGTH;
    }
    samples[this.#end] = first;
    samples[this.#end + 1] = second;
    this.#end += 2;
    const from = this.#end - LENGTH;
    let odd = 0;
    let even = 0;
    for (let n = 0; n < 12; n++) {
      odd += (samples[from + 2 * n] as number) * (TAPS[n] as number);
      even += (samples[from + 2 * n + 1] as number) * (TAPS[11 - n] as number);
    }
    this.odd = odd;
    this.even = even;
  }

  clear(): void {
    this.samples.fill(0);
  }
}

/** ITU-T G.722 at 64 kbit/s: two samples a byte. Its RTP clock is 8 kHz by an error that stayed (RFC 3551 section 4.5.2). */
export function g722Encoder(): Encoder {
  const low = new Band(false);
  const high = new Band(true);
  const line = new Line();
  return {
    ...WIDE,
    encode(samples, out, at) {
      const bytes = samples.length >> 1;
      for (let n = 0; n < bytes; n++) {
        line.push(samples[2 * n] as number, samples[2 * n + 1] as number);
        const lower = low.encode((line.even + line.odd) >> 14);
        out[at + n] = (high.encode((line.even - line.odd) >> 14) << 6) | lower;
      }
      return bytes;
    },
  };
}

/** ITU-T G.722 at 64 kbit/s. */
export function g722Decoder(): Decoder {
  const low = new Band(false);
  const high = new Band(true);
  const synthesis = new Line();
  const analysis = new Line();
  return {
    ...WIDE,
    duration: (payload) => payload.length,
    decode(payload, out) {
      for (let n = 0; n < payload.length; n++) {
        const code = payload[n] as number;
        const lower = low.decode(code & 0x3f);
        const higher = high.decode(code >> 6);
        synthesis.push(lower + higher, lower - higher);
        out[2 * n] = clamp(synthesis.even >> 11);
        out[2 * n + 1] = clamp(synthesis.odd >> 11);
      }
      return 2 * payload.length;
    },
    lookahead: LENGTH - 2,
    follow(madeUp) {
      // The state of an encoder that had said this is the state that its next packet is the best match for.
      // Sound comes out of both filters 22 samples later than it went in, so the last 22 are those that come after the loss.
      for (let n = 0; n + 1 < madeUp.length; n += 2) {
        analysis.push(madeUp[n] as number, madeUp[n + 1] as number);
        if (n < LENGTH - 2) continue;
        const lower = (analysis.even + analysis.odd) >> 14;
        const higher = (analysis.even - analysis.odd) >> 14;
        low.encode(lower);
        high.encode(higher);
        synthesis.push(lower + higher, lower - higher);
      }
    },
    hush: () => synthesis.clear(),
  };
}
