import type { Millis } from '../../protocol/units.ts';
import type { CallRules } from './settings.ts';

/** How much longer everything takes that people do and say by a text telephone: 60 words a minute at its best, and each waits for the other. */
const LONGER = 3;

const longer = (time: Millis): Millis => (time * LONGER) as Millis;

/** The rules for people at a text telephone (TTY): all that waits for them, and the terminal's own limit on talk, three times as long. */
export const patient = (rules: CallRules): CallRules => ({
  ...rules,
  stall: longer(rules.stall),
  interDigit: longer(rules.interDigit),
  accept: longer(rules.accept),
  limit: longer(rules.limit),
});
