import { type Language, type Millis, type Money, millis } from '../../protocol/units.ts';
import type { Clip, NumberClip, Prompt } from './clip.ts';

const CENT = 10_000;
const DOLLAR = 100 * CENT;
const LARGEST = 999_999;

const clip = (n: number): NumberClip => `n${n}`;

/** 0 to 99. In Spanish a number ending in one is shortened before what it counts: "un minuto", "veintiún minutos". */
function below100(n: number, language: Language, counts: boolean): Clip[] {
  if (language === 'es' && counts && n % 10 === 1 && n !== 11) return [`n${n}-of` as Prompt];
  return [clip(n)];
}

function below1000(n: number, language: Language, counts: boolean): Clip[] {
  const rest = n % 100;
  if (n < 100) return below100(n, language, counts);
  if (rest === 0) return [clip(n)];
  const hundreds: Clip = n < 200 ? 'n100-and' : clip(n - rest);
  return [hundreds, ...below100(rest, language, counts)];
}

/** A whole number from 0 to 999,999 in words; `counts` where the thing counted follows (all of ours are masculine). */
export function number(n: number, language: Language, counts = false): Clip[] {
  const whole = Math.min(Math.max(0, Math.floor(n)), LARGEST);
  const rest = whole % 1_000;
  const thousands = (whole - rest) / 1_000;
  if (thousands === 0) return below1000(whole, language, counts);
  const many: Clip[] = language === 'es' && thousands === 1 ? [] : below1000(thousands, language, true);
  return [...many, 'thousand', ...(rest === 0 ? [] : below1000(rest, language, counts))];
}

const counted = (n: number, one: Prompt, more: Prompt, language: Language): Clip[] => [
  ...number(n, language, true),
  n === 1 ? one : more,
];

/** "one minute", "two minutes and thirty seconds": whole seconds, rounded down. */
export function duration(span: Millis, language: Language): Clip[] {
  const seconds = Math.floor(span / 1_000);
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (minutes === 0) return counted(rest, 'second', 'seconds', language);
  const whole = counted(minutes, 'minute', 'minutes', language);
  return rest === 0 ? whole : [...whole, 'and', ...counted(rest, 'second', 'seconds', language)];
}

/** How long a call may last: whole minutes where it is one or more, and never more than there is. */
export const allowance = (span: Millis, language: Language): Clip[] =>
  duration(span < 60_000 ? span : millis(span - (span % 60_000)), language);

/** "twenty-five dollars and ten cents"; parts of a cent are left out. */
export function money(amount: Money, language: Language): Clip[] {
  const whole = Math.max(0, Math.floor(amount / CENT));
  const dollars = Math.floor(whole / 100);
  const cents = whole % 100;
  const inDollars = counted(dollars, 'dollar', 'dollars', language);
  const inCents = counted(cents, 'cent', 'cents', language);
  if (cents === 0) return inDollars;
  return dollars === 0 ? inCents : [...inDollars, 'and', ...inCents];
}

/** A rate to the ten-thousandth of a cent, as nobody is to be told less than he pays: "six point two five cents". */
export function rate(amount: Money, language: Language): Clip[] {
  const part = amount % CENT;
  if (amount >= DOLLAR || part === 0) return money((part === 0 ? amount : amount + CENT) as Money, language);
  const decimals = String(part).padStart(4, '0').replace(/0+$/, '');
  const digits = [...decimals].flatMap((d) => number(Number(d), language));
  return [...number(Math.floor(amount / CENT), language), 'point', ...digits, 'cents'];
}
