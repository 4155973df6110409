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
