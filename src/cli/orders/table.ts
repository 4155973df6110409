import { decodeJwt } from 'jose';
import { z } from 'zod';
import { LockdownOrder, lockdownName } from '../../protocol/lockdown.ts';
import type { Instant } from '../../protocol/units.ts';
import { clean, type Line, paint } from '../print.ts';
import { absence } from './obeyed.ts';
import type { Standing } from './standing.ts';
import { clockTime } from './time.ts';
import type { Phone } from './watch.ts';

/** Odds beyond this say nothing more: no model was tried on so many people. */
const MANY = 1_000;

interface When {
  readonly now: Instant;
  readonly timeZone: string | undefined;
  readonly columns: number;
}

const cut = (text: string, columns: number): string =>
  text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;

/** Phones as a table, no wider than the screen: what is not as it should be stands out. */
export function phoneLines(phones: readonly Phone[], { now, timeZone, columns }: When): Line[] {
  if (phones.length === 0) return ['no phone was ever here'];
  const width = (of: (phone: Phone) => string, least: number) => Math.max(least, ...phones.map((p) => of(p).length));
  const phone = width(({ terminal }) => terminal, 5);
  const unit = width((p) => p.unit ?? '?', 4);
  const head = `${'PHONE'.padEnd(phone)}  ${'UNIT'.padEnd(unit)}  HOOK  DOING        SINCE  STATE`;
  return [paint('dim', cut(head, columns)), ...phones.map((one) => row(one))];

  function row(one: Phone): Line {
    const names = `${one.terminal.padEnd(phone)}  ${(one.unit ?? '?').padEnd(unit)}  `;
    const { status, at } = one;
    if (!status?.online) return paint('red', cut(`${names}${absence(one, now, timeZone)}`, columns));
    const since = at === null ? '' : clockTime(at, now, timeZone).slice(-5);
    const doing = `${names}${status.hook.padEnd(4)}  ${status.phase.padEnd(11)}  ${since.padEnd(5)}  `;
    const { state, colour } = stateOf(status, voice(one));
    return [cut(doing, columns), paint(colour, cut(clean(state), columns - doing.length))];
  }

  function voice({ status }: Phone): string[] {
    if (!status?.online || !status.otherVoice) return [];
    const { since, ratio } = status.otherVoice;
    return [`another voice ${clockTime(since, now, timeZone).slice(-5)} (${odds(ratio)})`];
  }
}

/** How much likelier another's voice is than the caller's, of a likelihood ratio (natural logarithm). */
const odds = (ratio: number): string =>
  -ratio > Math.log(MANY) ? `>${MANY}:1` : `${Number(Math.exp(-ratio).toPrecision(2))}:1`;

function stateOf(
  { lockdown, faults, registration, recordsWaiting, test }: Extract<Phone['status'], { online: true }>,
  voice: readonly string[],
): { state: string; colour: 'green' | 'yellow' | 'red' } {
  const { state, mode, source, reason } = lockdown;
  const order =
    state === 'open'
      ? 'open'
      : `${state}${mode === 'drop' ? ', drop' : ''} (${source ?? 'itself'}${reason ? `: ${reason}` : ''})`;
  const wrong = [
    ...voice,
    ...(registration === 'unregistered' ? ['no SIP'] : []),
    ...faults,
    ...(test?.verdict === 'failed' ? [`self-test failed: ${test.failed.map(({ part }) => part).join(' ')}`] : []),
    ...(recordsWaiting > 0 ? [`${recordsWaiting} records wait`] : []),
  ];
  const colour = wrong.length > 0 ? 'red' : state === 'open' ? 'green' : 'yellow';
  return { state: [...wrong, order].join(', '), colour };
}

const Claims = z.object({ content: LockdownOrder });

/** What an order that nobody proved says of itself; null where it says nothing. */
function unproven(jws: string): LockdownOrder | null {
  try {
    return Claims.parse(decodeJwt(jws)).content;
  } catch {
    return null;
  }
}

/** The orders that stand, one or two lines each; without keys to prove them, what they say of themselves. */
export function orderLines(
  proven: readonly Standing[] | null,
  standing: ReadonlyMap<string, string>,
  { now, timeZone, columns }: When,
): Line[] {
  const all = proven ?? [...standing].map(([topic, jws]) => ({ topic, order: unproven(jws), fault: 'no order' }));
  const lines = all
    .filter(({ order }) => order === null || order.until === null || order.until > now)
    .flatMap(({ topic, order, fault }): Line[] => {
      if (order === null) return [paint('red', cut(`NOT VALID  ${topic}: ${fault}`, columns))];
      const { scope, state, mode, issuer, reason, since, until } = order;
      const ends = until === null ? '' : ` until ${clockTime(until, now, timeZone)}`;
      const what = `${lockdownName(scope)}: ${state}${state === 'open' ? '' : `, ${mode}`} since ${clockTime(since, now, timeZone)}${ends}`;
      return [
        paint(state === 'open' ? 'green' : 'yellow', cut(what, columns)),
        cut(`  by ${issuer}${proven === null ? ' (not proven: --keys)' : ''}: ${clean(reason)}`, columns),
      ];
    });
  return [paint('dim', 'ORDERS IN FORCE'), ...(lines.length > 0 ? lines : ['none'])];
}
