import { type Alignment, FRAME } from './align.ts';
import { Fft } from './fft.ts';

/** How what was heard differs from what was sent. */
export interface Measures {
  /** Segmental signal-to-noise ratio of the frames with speech, dB, each held between -10 and 35. */
  snr: number;
  /** Log-spectral distance, dB: 0 is the same. */
  lsd: number;
  /** Part of the frames with speech that were not heard as they were said, 0 to 1, and how many in a row on average. */
  loss: number;
  run: number;
}

const [LEAST_SNR, MOST_SNR] = [-10, 35];
/** A frame whose difference has half its amplitude is not what was said. */
const LOST_SNR = 6;
/** Frames softer than the mean of all by this much hold no speech, dB. */
const SPEECH = 25;
/** Lags that grow by less from one frame to the next add no sound to be held against the buffer. */
const DRIFT = 8;

/** What is held against nobody. */
interface Forgiven {
  /** Frames that are not counted. */
  leftOut?: readonly boolean[];
  /** For so long the network stood still, samples: no buffer could do without so much sound that nobody said. */
  still?: number;
}

/** Compares sound in the telephone band, 8 kHz, that has been aligned. */
export function compare(
  sent: Float64Array,
  { lags, heard }: Alignment,
  { leftOut = [], still = 0 }: Forgiven = {},
): Measures {
  const power = mean(sent.map((s) => s * s));
  const spectra = new Spectra(power);
  const ratios: number[] = [];
  const distances: number[] = [];
  const lost: boolean[] = [];
  let forgiven = still;
  lags.forEach((lag, frame) => {
    const more = Math.max(0, grown(lags, frame));
    const added = Math.max(0, more - forgiven);
    forgiven -= more - added;
    if (leftOut[frame]) return;
    const at = frame * FRAME;
    const said = sent.subarray(at, at + FRAME);
    const isSpeech = mean(said.map((s) => s * s)) > power / 10 ** (SPEECH / 10);
    const distance = spectra.distance(around(sent, at), heard(at - MARGIN, WINDOW, lag));
    if (distance !== null) distances.push(distance);
    if (added > DRIFT) {
      // Sound that nobody said, put in before this frame: at its best it is like what it stands beside.
      const from = at - MARGIN - added / 2;
      const made = spectra.distance(around(sent, at), heard(from, WINDOW, lag));
      if (made !== null) for (let n = 0; n < added / FRAME; n++) distances.push(made);
      if (isSpeech) for (let n = 0; n < added / FRAME; n++) ratios.push(0);
    }
    if (!isSpeech) return;
    const ratio = snr(said, heard(at, FRAME, lag));
    ratios.push(ratio);
    lost.push(ratio < LOST_SNR);
  });
  const count = lost.filter(Boolean).length;
  const runs = lost.filter((is, n) => is && !lost[n - 1]).length;
  return {
    snr: mean(ratios),
    lsd: mean(distances),
    loss: count / Math.max(1, lost.length),
    run: count / Math.max(1, runs),
  };
}

const grown = (lags: Float64Array, frame: number): number =>
  frame === 0 ? 0 : (lags[frame] as number) - (lags[frame - 1] as number);

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let n = 0; n < values.length; n++) sum += values[n] as number;
  return values.length > 0 ? sum / values.length : 0;
}

function snr(said: Float64Array, heard: Float64Array): number {
  let [signal, noise] = [0, 0];
  said.forEach((s, n) => {
    signal += s * s;
    noise += (s - (heard[n] as number)) ** 2;
  });
  return Math.min(MOST_SNR, Math.max(LEAST_SNR, 10 * Math.log10(signal / Math.max(noise, 1e-9))));
}

/** Spectra are taken of 32 ms, a frame and 6 ms on either side. */
const WINDOW = 256;
const MARGIN = (WINDOW - FRAME) / 2;

function around(samples: Float64Array, at: number): Float64Array {
  return Float64Array.from({ length: WINDOW }, (_, n) => samples[at - MARGIN + n] ?? 0);
}

/** Points of the transform from 300 to 3400 Hz. */
const [LOWEST, HIGHEST] = [10, 109];
/** What is softer than the mean speech by this much in a band is heard by nobody, dB. */
const INAUDIBLE = 40;

class Spectra {
  readonly #fft = new Fft(WINDOW);
  readonly #window = Float64Array.from({ length: WINDOW }, (_, n) => Math.sin((Math.PI * (n + 0.5)) / WINDOW) ** 2);
  readonly #floor: number;

  /** `power` is that of the mean sample of speech. */
  constructor(power: number) {
    const windowPower = this.#window.reduce((sum, w) => sum + w * w, 0);
    this.#floor = (power * windowPower) / 10 ** (INAUDIBLE / 10);
  }

  /** Root mean square of the difference over the band, dB; null where both are silence. */
  distance(a: Float64Array, b: Float64Array): number | null {
    const [x, y] = [this.#powers(a), this.#powers(b)];
    let audible = false;
    let sum = 0;
    for (let n = LOWEST; n <= HIGHEST; n++) {
      const [p, q] = [x[n] as number, y[n] as number];
      audible ||= p > this.#floor || q > this.#floor;
      sum += (10 * Math.log10((p + this.#floor) / (q + this.#floor))) ** 2;
    }
    return audible ? Math.sqrt(sum / (HIGHEST - LOWEST + 1)) : null;
  }

  #powers(samples: Float64Array): Float64Array {
    const re = samples.map((s, n) => s * (this.#window[n] as number));
    const im = new Float64Array(WINDOW);
    this.#fft.run(re, im);
    return re.map((r, n) => r * r + (im[n] as number) ** 2);
  }
}
