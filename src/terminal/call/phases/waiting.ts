import type { Hotline } from '../../../protocol/messages.ts';
import { type Key, type Language, millis } from '../../../protocol/units.ts';
import type { Clip } from '../clip.ts';
import { add, begin, certain, whole } from '../code.ts';
import type { LanguageState, NumberState, PinState } from '../state.ts';
import type { Turn } from '../turn.ts';

/** A phase in which the caller is to key something. */
export type WaitingState = LanguageState | PinState | NumberState;

/** Longer than anything said to a caller: he is not left waiting where nobody tells that it was said. */
const LONGEST_PROMPT = 30_000;

/** Asks the caller for something. How long he may take counts from the end of the question. */
export function prompt(turn: Turn, clips: readonly Clip[], language?: Language): void {
  turn.stop('inter-digit');
  turn.say('caller', clips, language);
  turn.start('stall', millis(turn.rules.stall + LONGEST_PROMPT));
}

/** The question has been heard, or a key pressed: from here the caller has this long. */
export const listen = (turn: Turn): void => turn.start('stall', turn.rules.stall);

/** Nothing was keyed, again: whether the caller is let go. */
export const givesUp = (turn: Turn, call: WaitingState): boolean => call.stalls + 1 >= turn.rules.stallTries;

/** What a key means for the code of a hotline. */
export interface Keyed {
  readonly code: WaitingState['code'];
  /** The code is whole: this one is to be called now. */
  readonly calls: Hotline | null;
  /** A star and then a pound: a technician's code follows, where this phone takes one. */
  readonly technician: boolean;
}

/**
 * Follows the code of a hotline through the keys. A code is called as soon as nothing else can be meant; where more
 * digits could follow, or the star may have been meant to clear, at # or when no more come.
 * @param empty nothing was keyed before a star
 */
export function keyCode(turn: Turn, call: WaitingState, key: Key, empty: boolean): Keyed {
  const technician = turn.settings.maintenance && 'star' in call && call.star && key === '#';
  return { ...follow(turn, call, key, empty), technician };
}

function follow(turn: Turn, { code }: WaitingState, key: Key, empty: boolean): Omit<Keyed, 'technician'> {
  if (key === '*') return { code: begin(turn.settings.hotlines, empty), calls: null };
  if (key === '#' || code === null) return { code: null, calls: key === '#' ? whole(code) : null };
  const more = add(code, key);
  if (more !== null && certain(more)) return { code: more, calls: whole(more) };
  if (whole(more) !== null) turn.start('inter-digit', turn.rules.interDigit);
  return { code: more, calls: null };
}
