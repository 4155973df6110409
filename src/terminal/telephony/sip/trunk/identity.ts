import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { Core } from 'sip.js';
import type { TrunkConfig } from '../config.ts';

/** Who calls, in the headers of an INVITE. */
export interface Identity {
  readonly from: { readonly uri: Core.URI; readonly displayName: string };
  readonly headers: readonly string[];
}

/**
 * From and P-Asserted-Identity (RFC 3325 9.1) of a trunk. Originating line information is the URI parameter `isup-oli`, two
 * digits, which gateways of SS7 carriers put into the OLI of their IAM (as ANI II digits: 29 is a prison): no RFC has it,
 * Cisco, Sonus, Asterisk and TelcoBridges read it there.
 */
export function identityOf({ user, domain, identity }: TrunkConfig): Identity {
  const { name = '', asserted, oli } = identity;
  const params = oli === undefined ? {} : { 'isup-oli': String(oli).padStart(2, '0') };
  const uri = new Core.URI('sip', identity.user ?? user, domain, undefined, params);
  const shown = name === '' ? '' : `"${name}" `;
  return {
    from: { uri, displayName: name },
    headers: asserted ? [`P-Asserted-Identity: ${shown}<${uri}>`] : [],
  };
}

/** The instance of a terminal at a registrar (RFC 5626 4.1): the same after a restart, and another for each terminal and account. */
export function instanceOf({ user, domain }: TrunkConfig): string {
  const hex = createHash('sha256').update(`${hostname()} ${user}@${domain}`).digest('hex');
  const [a, b, c, d, e] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16), hex.slice(17, 20), hex.slice(20, 32)];
  // A UUID of free form (RFC 9562 5.8).
  return `urn:uuid:${a}-${b}-8${c}-8${d}-${e}`;
}
