import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

/** In a part of a configuration: what this part sends may go in clear text, for all on the way to read and to change. */
export const Insecure = z.boolean().optional();

const OWN = new BlockList();
OWN.addSubnet('127.0.0.0', 8);
OWN.addAddress('::1', 'ipv6');

/**
 * Whether a host is this machine by its very name: 127.0.0.0/8, ::1, `localhost` and names under it (RFC 6761 6.3), or the path of a Unix
 * socket. No name server is asked: what it says today it need not say tomorrow. 0.0.0.0 and :: are all networks.
 */
export function isLoopback(host: string): boolean {
  if (host.startsWith('/')) return true;
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(bare);
  if (family !== 0) return OWN.check(bare, family === 6 ? 'ipv6' : 'ipv4');
  return /^(.+\.)?localhost\.?$/i.test(bare);
}

/** A way by which something leaves this machine in clear text. */
export interface ClearText {
  /** The setting, by its path in the configuration. */
  readonly at: readonly (string | number)[];
  readonly host: string;
  /** What others can read and change there. */
  readonly what: string;
  /** What to do about it, where it is not allowed. */
  readonly remedy: string;
  /** The configuration says `insecure: true` of it. */
  readonly allowed: boolean;
}

/** How a part of a configuration speaks to a host. */
export interface Way extends Omit<ClearText, 'allowed'> {
  readonly encrypted: boolean;
  readonly insecure: boolean | undefined;
}

/** The one decision what is clear text: not encrypted, and off loopback. Empty where a way is none. */
export const clearTextOf = ({ encrypted, insecure, ...way }: Way): ClearText[] =>
  encrypted || isLoopback(way.host) ? [] : [{ ...way, allowed: insecure === true }];

const said = ({ host, what }: ClearText): string =>
  `${what} ${host} in clear text, for anybody on the way to read and change`;

/** Makes a schema refuse what goes in clear text and is not allowed to; `find` says what does. */
export const refuseClearText =
  <T>(find: (config: T) => readonly ClearText[]) =>
  (config: T, context: z.RefinementCtx<T>): void => {
    for (const clear of find(config)) {
      if (clear.allowed) continue;
      context.addIssue({ code: 'custom', path: [...clear.at], message: `${said(clear)}: ${clear.remedy}` });
    }
  };

/** A line for each way in clear text that the configuration allows, so that nobody forgets it. */
export const clearTextAllowed = (found: readonly ClearText[]): string[] =>
  found
    .filter(({ allowed }) => allowed)
    .map((clear) => `${clear.at.join('.')}: ${said(clear)}, as insecure: true allows`);
