import { randomInt } from 'node:crypto';
import { Digits } from '../../../protocol/voice-check.ts';

const ALL = [...'0123456789'];
const EACH = 5;

/** In an order that nobody can tell beforehand. */
function shuffled(digits: readonly string[]): string[] {
  const all = [...digits];
  for (let n = all.length - 1; n > 0; n--) {
    const other = randomInt(n + 1);
    [all[n], all[other]] = [all[other] as string, all[n] as string];
  }
  return all;
}

const some = (): string[] => shuffled(ALL).slice(0, EACH);

/** Digits to say, none of them twice, and not those that were said last. */
export function drawn(last: Digits | null = null): Digits {
  const digits = Digits.parse(some().join(''));
  return digits === last ? drawn(last) : digits;
}

/** The same digits in another order. */
export function otherwise(digits: Digits): Digits {
  const again = Digits.parse(shuffled([...digits]).join(''));
  return again === digits ? otherwise(digits) : again;
}

/** What is said to enrol: all ten digits are in it. */
export function drawnToEnrol(): Digits[] {
  const all = shuffled(ALL);
  return [all.slice(0, EACH), all.slice(EACH), some()].map((digits) => Digits.parse(digits.join('')));
}
