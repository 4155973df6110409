import type { Frame } from '../world/port.ts';

const RATE = 16_000;
const FRAME = 320;
/** Makes the whole, pauses included, about -24 dB below full scale: the level of speech on a telephone line. */
const LOUDNESS = 0.06;

/** Formants of five vowels, Hz (Peterson and Barney's men). */
const VOWELS = [
  [730, 1_090, 2_440],
  [270, 2_290, 3_010],
  [300, 870, 2_240],
  [530, 1_840, 2_480],
  [570, 840, 2_410],
] as const;

/** Small seeded random numbers from 0 to 1 (a 32-bit xorshift). */
function randomFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

interface Syllable {
  /** Samples left and in all. */
  left: number;
  readonly length: number;
  readonly formants: readonly number[];
  readonly pitch: number;
  readonly loudness: number;
}

/**
 * A signal that sounds and measures like somebody talking nonsense: syllables of voiced sound through formants, with
 * pauses between phrases, the same for the same seed. Each call gives the next 20 ms (320 samples, 16 kHz).
 */
export function speechLike(seed: number): () => Frame {
  const random = randomFrom(seed);
  const filters = [resonator(), resonator(), resonator()];
  let syllable: Syllable | null = null;
  let pause = 0;
  let inPhrase = 0;
  let phase = 0;

  const next = (): void => {
    if (inPhrase === 0) {
      inPhrase = 5 + Math.floor(random() * 8);
      pause = Math.round(RATE * (0.3 + random() * 0.4));
    }
    inPhrase -= 1;
    const length = Math.round(RATE * (0.12 + random() * 0.14));
    const formants = VOWELS[Math.floor(random() * VOWELS.length)] ?? VOWELS[0];
    syllable = { left: length, length, formants, pitch: 100 + random() * 50, loudness: 0.4 + random() * 0.6 };
    for (const [i, filter] of filters.entries()) filter.tune(formants[i] ?? 1_000, 80 + 40 * i);
  };

  const sample = (): number => {
    if (pause > 0) {
      pause -= 1;
      return 0;
    }
    if (!syllable || syllable.left === 0) next();
    if (!syllable || pause > 0) return 0;
    const done = 1 - syllable.left / syllable.length;
    syllable.left -= 1;
    // The pitch falls within a syllable, so that no steady tone stands long enough to be taken for a key.
    phase += (syllable.pitch * (1.15 - 0.3 * done)) / RATE;
    const pulse = phase >= 1 ? 1 : 0;
    phase %= 1;
    const breath = (random() - 0.5) * 0.04;
    const voice = filters.reduce((sum, filter, i) => sum + filter.run(pulse + breath) / (i + 1), 0);
    return voice * Math.sin(Math.PI * done) * syllable.loudness;
  };

  return () => Int16Array.from({ length: FRAME }, () => clamp(sample() * LOUDNESS * 32_767));
}

/** A two-pole band pass of a given centre and width, Hz, with unit gain for single pulses. */
function resonator() {
  let a = 0;
  let b = 0;
  let last = 0;
  let before = 0;
  return {
    tune(centre: number, width: number): void {
      const radius = Math.exp((-Math.PI * width) / RATE);
      a = 2 * radius * Math.cos((2 * Math.PI * centre) / RATE);
      b = -radius * radius;
    },
    run(input: number): number {
      const out = input + a * last + b * before;
      before = last;
      last = out;
      return out;
    },
  };
}

function clamp(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)));
}
