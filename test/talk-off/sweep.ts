import { joined } from '../../src/terminal/audio/frame.ts';

import { Random } from '../terminal/call/random.ts';
import type { Case } from './case.ts';
import type { Detector, FoundKey } from './found.ts';
import { coded } from './line.ts';

/** How often a detector was right in a case, of how many. */
interface Score {
  right: number;
  of: number;
}

/** A row of the table. */
export interface Row {
  case: Case;
  scores: Score[];
}

/** Silence round each trial, samples: longer than any detector remembers. */
const GAP = 1_600;

/** Gives all detectors the same `of` trials of a case and counts those in which they told what they should, and no more. */
export async function sweep(one: Case, detectors: readonly Detector[], of: number, seed: number): Promise<Row> {
  const random = new Random(seed);
  const parts: Int16Array[] = [new Int16Array(GAP)];
  const trials: { from: number; to: number; wants: string }[] = [];
  let at = GAP;
  for (let n = 0; n < of; n++) {
    const { sound, wants } = one.trial(random, n);
    const slot = new Int16Array(sound.length + GAP + random.below(160));
    slot.set(sound);
    trials.push({ from: at, to: at + slot.length, wants });
    parts.push(slot);
    at += slot.length;
  }
  const line = coded(joined(parts));
  const scores: Score[] = [];
  for (const detect of detectors) {
    const { found } = await detect(line);
    scores.push({ right: right(trials, found), of });
  }
  return { case: one, scores };
}

function right(trials: readonly { from: number; to: number; wants: string }[], found: readonly FoundKey[]): number {
  let next = 0;
  let count = 0;
  for (const { to, wants } of trials) {
    let told = '';
    while (next < found.length && (found[next] as FoundKey).at <= to) told += (found[next++] as FoundKey).key;
    if (told === wants) count += 1;
  }
  return count;
}
