import { header, type Message } from '../wire/message.ts';

/** The bodies of INFO that we take. */
export const DIGIT_BODIES = 'application/dtmf-relay, application/dtmf';

/** What an INFO carries: a key 0-9 * #, null where it is one that a caller's telephone has not, undefined where it is no key. */
export function digitIn(request: Message): string | null | undefined {
  const type = (header(request, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  const text =
    type === 'application/dtmf-relay'
      ? /^\s*signal\s*=\s*(\S{1,4})\s*$/im.exec(request.body)?.[1]
      : type === 'application/dtmf'
        ? request.body.trim()
        : undefined;
  if (text === undefined) return undefined;
  const digit = text === '10' ? '*' : text === '11' ? '#' : text;
  return /^[0-9*#]$/.test(digit) ? digit : null;
}
