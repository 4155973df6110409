import type { Log } from '../config.ts';
import type { Message } from '../wire/message.ts';
import { header } from '../wire/message.ts';
import { usersIn } from '../wire/name-addr.ts';
import type { Challenge } from './challenge.ts';
import { canMeet } from './digest.ts';

/** What is known of a request that was challenged. */
export interface Challenged {
  /** As it went over the wire. */
  readonly request: Message;
  /** It is of a dialog. */
  readonly inside: boolean;
  /** It went to a target of the trunk. */
  readonly toTrunk: boolean;
}

/** Registrars and proxies of one carrier may each have a realm of their own. */
const MOST_REALMS = 4;
const STRENGTH: Readonly<Record<string, number>> = { MD5: 1, 'SHA-256': 2 };

/**
 * Whose challenges a trunk answers. A digest is good for whatever the challenger may do with it: one who is called knows how to
 * have a toll call challenged, hands that nonce on to us, and asks us for the answer. So only the trunk's own realm is answered, and only
 * at its own targets: the one that is configured, or else those of the registrar, or else that of the first challenge. A realm that
 * has asked for more than MD5, or for `qop`, is not given less any more (RFC 8760 5).
 */
export class Realm {
  readonly #configured: string | undefined;
  readonly #log: Log;
  readonly #seen = new Map<string, { readonly strength: number; readonly auth: boolean }>();

  constructor(configured: string | undefined, log: Log) {
    this.#configured = configured;
    this.#log = log;
  }

  /** Whether a challenge is to be answered; if so, it is what later ones are held against. */
  answers(challenge: Challenge, challenged: Challenged): boolean {
    const { realm, algorithm, auth } = challenge;
    if (!canMeet(challenge)) return false;
    const why = this.#wrong(challenge, challenged);
    if (why !== null) {
      this.#log.warn({ realm, method: challenged.request.method }, `a challenge is not answered: ${why}`);
      return false;
    }
    const before = this.#seen.get(realm);
    const strength = Math.max(before?.strength ?? 0, STRENGTH[algorithm] ?? 0);
    this.#seen.set(realm, { strength, auth: before?.auth === true || auth === true });
    return true;
  }

  #wrong({ realm, algorithm, auth }: Challenge, { request, inside, toTrunk }: Challenged): string | null {
    if (!toTrunk) return 'it came from beyond the trunk';
    if (inside && request.method === 'INVITE' && !isOfCall(request)) return 'its Request-URI is of another call';
    if (!this.#isOwn(realm, request.method))
      return `its realm is not that of the trunk; if it is, give it as realm: of the trunk`;
    const before = this.#seen.get(realm);
    if (before && ((STRENGTH[algorithm] ?? 0) < before.strength || (before.auth && auth !== true)))
      return 'this realm has asked for something stronger before';
    return null;
  }

  #isOwn(realm: string, method: string): boolean {
    if (this.#configured !== undefined) return realm === this.#configured;
    if (this.#seen.has(realm)) return true;
    return method === 'REGISTER' ? this.#seen.size < MOST_REALMS : this.#seen.size === 0;
  }
}

/** The far end's Contact is in the Request-URI: an INVITE to another number than was dialled is another call. */
function isOfCall(request: Message): boolean {
  const [user] = usersIn(request.uri);
  const [dialled] = usersIn(header(request, 'to') ?? '');
  return user === null || user === undefined || !/^\+?\d+$/.test(user) || user === dialled;
}
