import { wrapped } from '../../terminal/board/wiring/wrapped.ts';
import type { Led } from '../../terminal/hardware/port.ts';
import { type Line, paint } from '../print.ts';
import type { Seen } from './seen.ts';

/** What the window shows beside what the phone does. */
export interface Frame {
  /** Which phone of which facility. */
  readonly title: string;
  readonly lamps: ReadonlyMap<Led, 'on' | 'off' | 'blink'>;
  /** Where the log goes; null where it is beside this. */
  readonly log: string | null;
}

const REGISTERED = {
  registered: 'registered',
  unregistered: 'not registered',
  'not-used': 'reached without registration',
};
const HANDS = 'space lifts and hangs up, 0-9 * # are keys, + - the volume buttons, q stops';

/** A phone on a desk as one screen; lines no longer than `columns`. */
export function picture(seen: Seen, { title, lamps, log }: Frame, columns: number): Line[] {
  const lamp = (led: Led) => `${led} ${lamps.get(led) ?? 'off'}`;
  const row = (name: string, text: string): Line => [paint('dim', name.padEnd(10)), cut(text, columns - 10)];
  return [
    paint('bold', cut(title, columns)),
    row('handset', seen.hook === 'off' ? 'lifted' : 'down'),
    row('phase', seen.phase),
    row('keyed', seen.keyed),
    row('lamps', `${lamp('line')}, ${lamp('fault')}`),
    row('orders', seen.lockdown),
    row('exchange', REGISTERED[seen.registration]),
    row('faults', seen.faults.join(', ') || 'none'),
    ...(log === null ? [] : [row('log', log)]),
    '',
    paint('dim', 'The ear hears'),
    ...seen.heard.flatMap((said) => wrapped(said, columns - 2).map((line) => `  ${line}`)),
    '',
    paint('dim', cut(HANDS, columns)),
  ];
}

const cut = (line: string, columns: number): string =>
  line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
