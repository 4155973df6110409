import { CEPSTRA, type Frames } from '../../../../protocol/voice.ts';
import type { Unlikeness } from './path.ts';

/** Frames of one answer: cepstra less their mean, and how each changes. */
export type Spoken = readonly Float64Array[];

/** Loudness tells little of a word. */
const LOUDNESS = 0.5;
/** What changes is so much smaller than what is. */
const CHANGE = 2;

export function spokenOf({ values }: Frames): Spoken {
  const bytes = Buffer.from(values, 'base64');
  const count = Math.floor(bytes.length / CEPSTRA);
  const rows = Array.from({ length: count }, (_, n) =>
    Float64Array.from({ length: CEPSTRA }, (_value, k) => bytes.readInt8(n * CEPSTRA + k) / 8),
  );
  const means = Float64Array.from({ length: CEPSTRA }, (_, k) =>
    rows.reduce((sum, row) => sum + (row[k] as number) / count, 0),
  );
  return rows.map((row, n) => {
    const [early, late] = [rows[Math.max(0, n - 2)] ?? row, rows[Math.min(count - 1, n + 2)] ?? row];
    const still = row.map((value, k) => (value - (means[k] as number)) * (k === 0 ? LOUDNESS : 1));
    const moving = row.map(
      (_, k) => (CHANGE * ((late[k] as number) - (early[k] as number)) * (k === 0 ? LOUDNESS : 1)) / 4,
    );
    return Float64Array.of(...still, ...moving);
  });
}

/** Spread of each value over all frames. */
export function spreads(frames: Spoken): Float64Array {
  return Float64Array.from(frames[0] ?? [], (_, k) => {
    const mean = frames.reduce((sum, frame) => sum + (frame[k] as number), 0) / frames.length;
    return Math.sqrt(frames.reduce((sum, frame) => sum + ((frame[k] as number) - mean) ** 2, 0) / frames.length) || 1;
  });
}

/** Distance of every frame of `answer` to every frame of `enrolment`, each value measured by its spread. */
export function unlikeness(answer: Spoken, enrolment: Spoken, spread: Float64Array): Unlikeness {
  const values = new Float64Array(answer.length * enrolment.length);
  answer.forEach((a, n) => {
    enrolment.forEach((b, m) => {
      let sum = 0;
      for (let k = 0; k < a.length; k++) sum += (((a[k] as number) - (b[k] as number)) / (spread[k] as number)) ** 2;
      values[n * enrolment.length + m] = Math.sqrt(sum / a.length);
    });
  });
  return { rows: answer.length, columns: enrolment.length, values };
}
