import type { Redirection } from '../../port.ts';
import { header, type Message } from '../wire/message.ts';
import { usersIn } from '../wire/name-addr.ts';

/** One way in which a call was, or was asked to be, sent elsewhere. */
export interface Redirected {
  readonly how: Redirection;
  /** User part of the new target; null where none was named. */
  readonly to: string | null;
}

/**
 * What a response tells of where the call went, having been dialled to `number`: 181, History-Info (RFC 7044), Diversion
 * (RFC 5806) and the contacts of a 3xx.
 */
export function redirectionsIn(response: Message, number: string): Redirected[] {
  const status = response.status ?? 0;
  const found: Redirected[] = status === 181 ? [{ how: 'forwarding', to: null }] : [];
  // The first entry of a history is the number dialled; so is the first who diverted.
  const others = (name: string) => listed(response, name).filter((user) => user === null || !same(user, number));
  for (const to of others('history-info')) if (to !== null) found.push({ how: 'history', to });
  // It names who diverted: of several the later ones were targets of the earlier, and the last one's is not named.
  if (header(response, 'diversion') !== undefined) {
    const targets = others('diversion');
    for (const to of targets.length > 0 ? targets : [null]) found.push({ how: 'diversion', to });
  }
  if (status >= 300 && status < 400) {
    const contacts = listed(response, 'contact');
    for (const to of contacts.length > 0 ? contacts : [null]) found.push({ how: 'moved', to });
  }
  return found;
}

/** What a REFER asks for (RFC 3515). */
export function transferIn(request: Message): Redirected {
  return { how: 'transfer', to: listed(request, 'refer-to')[0] ?? null };
}

function listed(message: Message, name: string): (string | null)[] {
  return message.headers.flatMap(([n, value]) => (n === name ? usersIn(value) : []));
}

/** Shortest number that says by itself whose it is: with its area code. */
const WHOLE = 10;

/** Whether two numbers are one: the plus of E.164, and the country before it, are often dropped on the way. */
function same(a: string, b: string): boolean {
  const [short = '', long = ''] = [digits(a), digits(b)].sort((x, y) => x.length - y.length);
  return a === b || (short !== '' && (short === long || (short.length >= WHOLE && long.endsWith(short))));
}

function digits(number: string): string {
  return /^\+?\d+$/.test(number) ? number.replace('+', '') : '';
}
