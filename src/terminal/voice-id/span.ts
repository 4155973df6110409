import { joined } from '../audio/frame.ts';

/** A piece of an answer, in samples; `end` is left out. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Samples in all of them. */
export const lengthOf = (spans: readonly Span[]): number => spans.reduce((sum, { start, end }) => sum + end - start, 0);

/** The pieces one after another. */
export const piecesOf = (sound: Int16Array, spans: readonly Span[]): Int16Array =>
  joined(spans.map(({ start, end }) => sound.subarray(start, end)));

/** What lies between the pieces, those made longer by `guard` at either end: no breath or fading sound is in it. */
export function between(length: number, spans: readonly Span[], guard: number): Span[] {
  const gaps: Span[] = [];
  let from = 0;
  for (const { start, end } of [...spans, { start: length + guard, end: length }]) {
    if (start - guard > from) gaps.push({ start: from, end: start - guard });
    from = Math.max(from, end + guard);
  }
  return gaps;
}
