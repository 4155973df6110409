import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import { z } from 'zod';
import { Email } from '../../../../protocol/api/people.ts';
import { HttpError } from '../../../http/access.ts';
import { read } from '../../../keys.ts';
import type { ProviderConfig } from './config.ts';

/** How long the provider has to answer, seconds. */
const PATIENCE = 10;

/** What goes with somebody to the provider and comes back: nobody else can go on in his place. */
export const Errand = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });
type Errand = z.infer<typeof Errand>;

/** Who the provider says that somebody is. */
export interface Known {
  readonly issuer: string;
  /** What it calls him: nobody else, ever (`sub`). */
  readonly subject: string;
  /** Null where it does not say that it has verified one. */
  readonly email: Email | null;
}

/** The site's own sign-on. */
export interface Provider {
  readonly name: string;
  readonly only: boolean;
  /** Where somebody is sent, and with what errand. @throws HttpError 503 */
  send(site: string): Promise<{ url: string; errand: Errand }>;
  /** Who came back with this query. @throws HttpError 401, 503 */
  receive(site: string, query: string, errand: Errand): Promise<Known>;
}

/**
 * The provider of the configuration. It is asked for its addresses when somebody first wants to sign in: without it the platform runs.
 * @throws Error naming the file of the secret
 */
export async function openProvider(
  { issuer, client, secret, name, only }: ProviderConfig,
  log: Logger,
): Promise<Provider> {
  const password = (await read(secret, 'http.oidc.secret')).toString('utf8').trim();
  const isClear = issuer.startsWith('http:');
  const host = new URL(issuer).host;
  const ways = [oidc.enableNonRepudiationChecks, ...(isClear ? [oidc.allowInsecureRequests] : [])];
  let known: Promise<oidc.Configuration> | null = null;
  const discover = (): Promise<oidc.Configuration> => {
    known ??= oidc
      .discovery(new URL(issuer), client, password, oidc.ClientSecretBasic(password), {
        execute: ways,
        timeout: PATIENCE,
      })
      .catch((error: unknown) => {
        known = null;
        throw error;
      });
    return known;
  };
  return { name: name ?? host, only, send, receive };

  async function send(site: string) {
    const config = await discover().catch(refuse);
    const errand = {
      ...{ state: oidc.randomState(), nonce: oidc.randomNonce() },
      verifier: oidc.randomPKCECodeVerifier(),
    };
    const url = oidc.buildAuthorizationUrl(config, {
      ...{ redirect_uri: `${site}/`, scope: 'openid email', state: errand.state, nonce: errand.nonce },
      code_challenge: await oidc.calculatePKCECodeChallenge(errand.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, errand };
  }

  async function receive(site: string, query: string, { state, nonce, verifier }: Errand): Promise<Known> {
    try {
      const config = await discover();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
      const tokens = await oidc.authorizationCodeGrant(config, new URL(`${site}/?${query}`), checks);
      const claims = tokens.claims();
      if (!claims) throw new Error('the provider gave no ID token');
      const isTold = claims.email !== undefined || config.serverMetadata().userinfo_endpoint === undefined;
      const told = isTold ? claims : await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
      const email = told.email_verified === true ? (Email.safeParse(told.email).data ?? null) : null;
      return { issuer: claims.iss, subject: claims.sub, email };
    } catch (error) {
      return refuse(error);
    }
  }

  /** The words for who signs in; what is for who runs the platform stands in the log. */
  function refuse(error: unknown): never {
    if (error instanceof oidc.AuthorizationResponseError && error.error === 'access_denied')
      throw new HttpError(401, `${name ?? host} did not let you in`);
    log.warn({ err: error, issuer }, 'signing in by the provider (http.oidc) failed');
    if (error instanceof oidc.AuthorizationResponseError || isOfAnother(error))
      throw new HttpError(401, `this is not what ${name ?? host} was asked, or it took too long: begin anew`);
    throw new HttpError(503, `${name ?? host} cannot be asked at this moment: try again, or tell who runs this site`);
  }
}

/** What came back is of another errand, was used already, or is not as it was signed. */
const isOfAnother = (error: unknown): boolean =>
  (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant') ||
  (error instanceof oidc.ClientError && MISFITS.has(error.code ?? ''));

const MISFITS = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
]);
