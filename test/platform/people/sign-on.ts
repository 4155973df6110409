import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

export const CLIENT = 'tierphone';
export const SECRET = 'secret-of-the-platform-at-the-provider';

/** Somebody as the county's own sign-on knows him. */
export interface CountyAccount {
  readonly sub: string;
  readonly email: string;
  readonly email_verified: boolean;
}

/** A real OpenID provider of a county: who is seated there is signed in and has nothing to type; where nobody is, it says no. */
export async function openSignOn(site: string) {
  const accounts = new Map<string, CountyAccount>();
  let at: CountyAccount | null = null;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT,
        client_secret: SECRET,
        redirect_uris: [`${site}/`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    claims: { email: ['email', 'email_verified'] },
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'county' }] },
    cookies: { keys: ['keys of a test'] },
    features: { devInteractions: { enabled: false } },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    pkce: { required: () => true },
    interactions: { url: (_, { uid }) => `/sign-in/${uid}` },
    findAccount: (_, sub) => {
      const account = accounts.get(sub);
      return account && { accountId: sub, claims: () => ({ ...account }) };
    },
    loadExistingGrant: async ({ oidc }) => {
      const grant = new provider.Grant({ clientId: CLIENT, accountId: oidc.session?.accountId ?? '' });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/sign-in/')) return answer(request, response);
    const result = at ? { login: { accountId: at.sub, remember: false } } : { error: 'access_denied' };
    provider.interactionFinished(request, response, result).catch((error: unknown) => response.destroy(error as Error));
  });

  /** What a browser does that is sent to `url` as `account`: gives the query with which it comes back. */
  const visit = async (url: string, account: CountyAccount | null): Promise<string> => {
    seat(account);
    const cookies = new Map<string, string>();
    for (let next = url, hops = 0; hops < 10; hops++) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(next, { redirect: 'manual', headers: { cookie } });
      for (const set of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        cookies.set(name, value);
      }
      next = new URL(response.headers.get('location') ?? '', next).href;
      if (next.startsWith(site)) return new URL(next).search.slice(1);
    }
    throw new Error(`the provider did not send the browser back to ${site}`);
  };
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  /** Whoever comes next is this one. */
  const seat = (account: CountyAccount | null): void => {
    if (account) accounts.set(account.sub, account);
    at = account;
  };
  return { issuer, visit, seat, close };
}
