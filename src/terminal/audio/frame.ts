/** Samples a second of all sound inside the terminal. */
export const RATE = 16_000;

/** One step of all sound, ms. */
export const TICK_MS = 20;

/** Samples in 20 ms: the unit in which sound is moved. */
export const FRAME = (RATE * TICK_MS) / 1_000;

/** Samples a second on the telephone network (G.711). */
export const NARROW_RATE = 8_000;

/** Samples in 20 ms of G.711. */
export const NARROW_FRAME = (NARROW_RATE * TICK_MS) / 1_000;

/**
 * Peak, as a part of full scale, of a sine at `dbm0`. G.711 overloads at +3.17 dBm0 (ITU-T G.711, mu-law),
 * and that is full scale.
 */
export const amplitude = (dbm0: number): number => 10 ** ((dbm0 - 3.17) / 20);

/** Sounds one after another. */
export function joined(parts: readonly Int16Array[]): Int16Array {
  const out = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The nearest 16-bit sample to `value`. */
export const clamp16 = (value: number): number =>
  value >= 32_767 ? 32_767 : value <= -32_768 ? -32_768 : Math.round(value);
