import { isIP } from 'node:net';
import { HttpError } from '../../../http/access.ts';

/** The site as passkeys know it (the relying party of WebAuthn): they sign its name, and the origin of the page that asked. */
export interface Site {
  readonly id: string;
  readonly origin: string;
}

/**
 * The site that passkeys are for: the one of `http.url`; without it this machine alone, by the name `localhost`.
 * @param url `http.url`
 * @param asked the origin of the page that asks
 * @throws HttpError 409 where the site has no name that a passkey could sign
 */
export function siteOf(url: string | undefined, asked: string): Site {
  const { hostname, origin } = new URL(url ?? asked);
  const isName = isIP(hostname.replace(/^\[|\]$/g, '')) === 0;
  if (isName && (url !== undefined || hostname === 'localhost')) return { id: hostname, origin };
  if (url !== undefined) throw new HttpError(409, 'passkeys want a site with a name: http.url has a number');
  throw new HttpError(409, 'passkeys want the name of this site: set http.url, or on this machine open localhost');
}
