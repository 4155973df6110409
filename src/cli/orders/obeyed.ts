import type { Phase } from '../../protocol/call.ts';
import { type LockdownOrder, type LockdownScope, lockdownName } from '../../protocol/lockdown.ts';
import { lockdownTopic } from '../../protocol/topics.ts';
import type { Instant } from '../../protocol/units.ts';
import { clockTime } from './time.ts';
import type { Phone, Refused } from './watch.ts';

/** What one phone made of an order. */
export interface Outcome {
  readonly phone: Phone;
  /** `silent`: online, and says neither. */
  readonly result: 'obeyed' | 'refused' | 'silent' | 'offline';
  /** Why it refuses; null otherwise. */
  readonly reason: string | null;
}

const UNDER_WAY: readonly Phase[] = ['dialling', 'ringing', 'greeting', 'talking'];

/** Whether a call is up at a phone. */
const inCall = ({ status }: Phone): boolean => status?.online === true && UNDER_WAY.includes(status.phase);

/** The phones that an order is for. */
export const phonesOf = (scope: LockdownScope, phones: readonly Phone[]): readonly Phone[] =>
  phones.filter(
    ({ terminal, unit }) =>
      scope.kind === 'facility' || (scope.kind === 'unit' ? unit === scope.unit : terminal === scope.terminal),
  );

/** What each of `phones` has made of `order` by now: by its status, or by what it says of orders that it does not obey. */
export function outcomes(order: LockdownOrder, phones: readonly Phone[], refused: readonly Refused[]): Outcome[] {
  const topic = lockdownTopic(order.scope);
  return phones.map((phone) => {
    if (!phone.status?.online) return { phone, result: 'offline', reason: null };
    const told = phone.status.orders[`${order.issuer} ${lockdownName(order.scope)}`] ?? 0;
    const ends = order.state !== 'open' && order.mode === 'drop';
    if (told >= order.sequence && !(ends && inCall(phone))) return { phone, result: 'obeyed', reason: null };
    const no = refused.find((one) => one.terminal === phone.terminal && one.topic === topic);
    return no ? { phone, result: 'refused', reason: no.reason } : { phone, result: 'silent', reason: null };
  });
}

/** The calls that were up before an order and are over, and those that go on. */
export function callsAfter(before: readonly Phone[], after: readonly Phone[]): { ended: number; goOn: number } {
  const calls = before.filter(inCall);
  const goOn = calls.filter(({ terminal, status }) =>
    after.some(
      (now) =>
        now.terminal === terminal &&
        inCall(now) &&
        now.status?.online === true &&
        status?.online === true &&
        now.status.call === status.call,
    ),
  );
  const gone = after.filter(({ status }) => !status?.online).map(({ terminal }) => terminal);
  // Of a phone that was lost meanwhile nobody knows.
  const ended = calls.filter((phone) => !goOn.includes(phone) && !gone.includes(phone.terminal));
  return { ended: ended.length, goOn: goOn.length };
}

/** Since when a phone is not there, in words. */
export function absence({ status, at }: Phone, now: Instant, timeZone: string | undefined): string {
  if (status === null || status.online || at === null) return 'never here';
  return status.lost
    ? `offline, lost after ${clockTime(at, now, timeZone)}`
    : `offline since ${clockTime(at, now, timeZone)}`;
}

const SHOWN = 6;
const some = (names: readonly string[]): string =>
  names.length <= SHOWN ? names.join(', ') : `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`;

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What came of an order, in words: "37 of 38 obeyed in 0.2 s, 4 calls ended; B-9 offline since 14:02". */
export function summary(
  all: readonly Outcome[],
  calls: { readonly ended: number; readonly goOn: number },
  { ms, now, timeZone }: { ms: number; now: Instant; timeZone: string | undefined },
): string {
  const of = (result: Outcome['result']) => all.filter((one) => one.result === result);
  const silent = of('silent').map(({ phone }) => phone.terminal);
  const offline = of('offline').map(({ phone }) => `${phone.terminal} ${absence(phone, now, timeZone)}`);
  return [
    [
      `${of('obeyed').length} of ${all.length} obeyed in ${(ms / 1_000).toFixed(1)} s`,
      ...(calls.ended > 0 ? [`${plural(calls.ended, 'call')} ended`] : []),
      ...(calls.goOn > 0 ? [`${plural(calls.goOn, 'call')} may finish`] : []),
    ].join(', '),
    ...of('refused').map(({ phone, reason }) => `${phone.terminal} refuses: ${reason}`),
    ...(silent.length > 0 ? [`no answer from ${some(silent)}`] : []),
    ...(offline.length > 0 ? [some(offline)] : []),
  ].join('; ');
}

/** Phones that stay closed though an order opens, in words; null where there are none. */
export function stillClosed(order: LockdownOrder, phones: readonly Phone[]): string | null {
  if (order.state !== 'open') return null;
  const closed = phones.filter(({ status }) => status?.online === true && status.lockdown.state !== 'open');
  if (closed.length === 0) return null;
  const [first] = closed;
  const why = first?.status?.online ? first.status.lockdown : null;
  const by = why?.source ? `by order for the ${why.source}` : 'by themselves';
  return `still closed: ${some(closed.map(({ terminal }) => terminal))}, ${by}${why?.reason ? ` (${why.reason})` : ''}`;
}
