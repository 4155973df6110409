/** 20 ms at 16 kHz. */
const FRAME = 320;
const RATE = 16_000;

/** Level of one frequency in `samples` (16 bit), dB below a full-scale sine (Goertzel). */
export function levelAt(samples: ArrayLike<number>, frequency: number, rate = RATE): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / rate);
  let a = 0;
  let b = 0;
  for (let i = 0; i < samples.length; i += 1) {
    const c = (samples[i] ?? 0) / 32_768 + coefficient * a - b;
    b = a;
    a = c;
  }
  const power = a * a + b * b - coefficient * a * b;
  return 10 * Math.log10(Math.max(1e-12, (4 * power) / (samples.length * samples.length)));
}

/** A source of frames that carry a sine of `level` dB below full scale, without a break in phase. */
export function toneFrames(frequency: number, level: number): () => Int16Array {
  const amplitude = 32_767 * 10 ** (level / 20);
  let n = 0;
  return () =>
    Int16Array.from({ length: FRAME }, () => Math.round(amplitude * Math.sin((2 * Math.PI * frequency * n++) / RATE)));
}
