import type { Hotline } from '../../protocol/messages.ts';
import type { Key } from '../../protocol/units.ts';
import type { Code } from './state.ts';

/** The star was pressed: what may follow. `firm` unless it may have been meant to clear digits keyed before it. */
export const begin = (hotlines: readonly Hotline[], firm: boolean): Code | null =>
  hotlines.length === 0 ? null : { keyed: 0, fits: hotlines, firm };

/**
 * The code with one more digit, or null where no hotline's begins so. Digits are compared one by one and
 * not kept: after a star meant to clear, they are the first of a PIN.
 */
export function add(code: Code, digit: Key): Code | null {
  const keyed = code.keyed + 1;
  const fits = code.fits.filter((h) => h.code[keyed] === digit);
  return fits.length === 0 ? null : { ...code, keyed, fits };
}

/** The hotline whose whole code was keyed. */
export const whole = (code: Code | null): Hotline | null =>
  code?.fits.find((h) => h.code.length === code.keyed + 1) ?? null;

/** Nothing else can be meant, now or with more digits: there is no need to wait. */
export const certain = (code: Code): boolean => code.firm && code.fits.length === 1 && whole(code) !== null;
