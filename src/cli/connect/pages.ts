import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { HttpConfig } from '../../platform/config.ts';
import { type Reached, there, wrong } from './reached.ts';

const PATIENCE = 10_000;
const NO_PAGE = 'staff have no page, and phones are not claimed';

/** Whether the page and the API can be served as they are configured. `alive`: one that runs has the port. */
export async function reachPages(http: HttpConfig, alive: boolean): Promise<Reached[]> {
  return [
    ...(http.tls ? [certificate(http.tls, http.url)] : []),
    ...(alive ? [] : [await port(http)]),
    ...(http.oidc ? [await signOn(http.oidc.issuer)] : []),
  ];
}

function certificate({ cert, key }: { cert: string; key: string }, url: string | undefined): Reached {
  try {
    const pem = readFileSync(cert);
    createSecureContext({ cert: pem, key: readFileSync(key) });
    const { validTo, validToDate, ...certificate } = describe(pem);
    const host = url && new URL(url).hostname.replace(/^\[|\]$/g, '');
    if (validToDate.getTime() < Date.now())
      return wrong(`page: its certificate ended ${validTo}`, 'browsers refuse it', `put a new one into ${cert}`);
    if (host && !certificate.isFor(host))
      return wrong(
        `page: its certificate is not for ${host}`,
        'browsers refuse it',
        'have it made for that name, or change http.url',
      );
    return there(`page: its certificate is good until ${validTo}`);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return wrong(`page: certificate and key cannot be used: ${what}`, NO_PAGE, 'check http.tls in the configuration');
  }
}

function describe(pem: Buffer) {
  const read = new X509Certificate(pem);
  return {
    validTo: read.validTo,
    validToDate: new Date(read.validTo),
    isFor: (host: string) => read.checkHost(host) !== undefined || read.checkIP(host) !== undefined,
  };
}

async function port({ host, port }: HttpConfig): Promise<Reached> {
  const server = createServer();
  try {
    await once(server.listen({ host, port, exclusive: true }), 'listening');
    return there(`page: ${host}:${port} can be had`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Its unit may have ports that whoever checks may not.
    if (code === 'EACCES')
      return wrong(`page: this user may not listen on port ${port}`, 'its unit may', 'check as root', 'note');
    return wrong(`page: ${message}`, NO_PAGE, 'stop what has the port (ss -ltnp tells), or change http.port');
  } finally {
    server.close();
  }
}

/** @param issuer as OpenID Connect Discovery 1.0, part 4, has its address */
async function signOn(issuer: string): Promise<Reached> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    return there(`sign-on of the site: ${issuer} answers`);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const what = cause instanceof Error ? cause.message : String(cause);
    return wrong(`sign-on of the site: ${url}: ${what}`, 'nobody signs in by it', 'check http.oidc.issuer', 'soon');
  }
}
