import type { SelfTestProgress } from '../../protocol/self-test.ts';
import { KEYS, type Key } from '../../protocol/units.ts';
import { type Line, type Painted, paint } from '../print.ts';
import { PART_WORDS, resultLine } from './words.ts';

const BAR = 24;

/** How a key looks: pressed, next, wrong, doubled or stuck, or still to come. */
function keyCap(key: Key, { pressed, wanted, wrong, doubled, stuck }: NonNullable<SelfTestProgress['keys']>): Painted {
  const cap = ` ${key} `;
  if (stuck.includes(key) || doubled.includes(key)) return paint(['bgRed', 'white'], cap);
  if (key === wrong) return paint(['bgYellow', 'black'], cap);
  if (pressed.includes(key)) return paint(['bgGreen', 'black'], cap);
  if (key === wanted[0]) return paint(['bold', 'inverse'], cap);
  return paint('dim', cap);
}

/** The keypad as it lies in the phone. */
function keypad(keys: NonNullable<SelfTestProgress['keys']>): Line[] {
  const rows = Array.from({ length: 4 }, (_, n) => KEYS.slice(n * 3, n * 3 + 3));
  return rows.map((row) => ['   ', ...row.flatMap((key) => [' ', keyCap(key, keys)])]);
}

function bar(done: number, of: number): string {
  const full = of === 0 ? BAR : Math.round((done / of) * BAR);
  return `${'█'.repeat(full)}${'·'.repeat(BAR - full)} ${done} of ${of}`;
}

/** A test as one screen: what was found, what is being looked at, what to do; lines no longer than `columns`. */
export function picture(progress: SelfTestProgress, columns: number): Line[] {
  const { parts, part, results, todo, asks, keys } = progress;
  const ahead = parts.filter((other) => other !== part && !results.some((result) => result.part === other));
  const hands = ['s skips', ...(asks ? ['y yes, n no'] : []), 'q stops'].join(', ');
  return [
    bar(results.length, parts.length),
    '',
    ...results.map((result) => coloured(result.verdict, cut(resultLine(result), columns))),
    ...(part === null ? [] : [paint('bold', cut(`...       ${PART_WORDS[part]}`, columns))]),
    ...ahead.map((other) => paint('dim', cut(`          ${PART_WORDS[other]}`, columns))),
    '',
    ...(keys === null ? [] : [...keypad(keys), '']),
    ...(part === null ? [] : [paint('bold', cut(todo || 'One moment.', columns)), paint('dim', hands)]),
  ];
}

function coloured(verdict: SelfTestProgress['results'][number]['verdict'], line: string): Painted {
  if (verdict === 'passed') return paint('green', line);
  if (verdict === 'failed') return paint('red', line);
  return verdict === 'skipped' || verdict === 'simulated' ? paint('yellow', line) : paint('dim', line);
}

const cut = (line: string, columns: number): string =>
  line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
