/** Guessed first, though no rule below names them: down the middle of the keypad, its corners, doubled digits, 1004. */
const FAVOURITES = new Set(['2580', '0852', '1379', '1397', '3197', '1122', '2211', '1004']);

/** Fewer digits than this are in many a passcode by chance. */
const LEAST_ID = 3;

const UP = '01234567890';
const DOWN = [...UP].reverse().join('');

/** Whether `digits` are each the next of the one before, in a row of the keypad's ten. */
const isRow = (digits: string): boolean =>
  (UP + UP.slice(1)).includes(digits) || (DOWN + DOWN.slice(1)).includes(digits);

/** 1212, 373737, 4444: a part of it, again and again. */
const isRepeated = (digits: string): boolean => /^(.+?)\1+$/.test(digits);

/** A year in which somebody alive was born, or a day of one: 1985, 070485, 04071985, 19850407. */
const isBirth = (digits: string): boolean =>
  /^(19|20)\d\d$/.test(digits) ||
  (digits.length === 6 && (isDay(digits.slice(0, 4)) || isDay(digits.slice(2)))) ||
  (digits.length === 8 &&
    ((/(19|20)\d\d$/.test(digits) && isDay(digits.slice(0, 4))) ||
      (/^(19|20)\d\d/.test(digits) && isDay(digits.slice(4)))));

/** A day and a month, in either order. */
const isDay = (digits: string): boolean =>
  /^((0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])|(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2]))$/.test(digits);

/**
 * Why a passcode would be guessed, null where it would not (after NIST SP 800-63B 5.1.1.2: what is commonly used, and
 * what follows from the person). `ids` are the digits under which the caller is known to others.
 */
export function weakness(passcode: string, ids: readonly string[]): string | null {
  const backwards = [...passcode].reverse().join('');
  if (ids.some((id) => id.length >= LEAST_ID && (passcode.includes(id) || id.includes(passcode) || id === backwards)))
    return 'it is his id';
  if (isRow(passcode)) return 'its digits follow one another';
  if (isRepeated(passcode)) return 'it repeats itself';
  if (isBirth(passcode)) return 'it is a year or a date, as of a birth';
  if (FAVOURITES.has(passcode)) return 'it is one of those that most people choose';
  return null;
}
