import type { FastifyInstance } from 'fastify';
import { StaffId } from '../../../protocol/api/people.ts';
import { type Door, HttpError } from '../../http/access.ts';
import type { Actor } from '../actor.ts';
import type { Provider } from './provider/provider.ts';
import type { SealKey } from './sealed.ts';
import type { SessionRules } from './sessions.ts';

/** What signing in works with. */
export interface SignInContext {
  readonly app: FastifyInstance;
  readonly door: Door;
  readonly key: SealKey;
  readonly rules: SessionRules;
  /** Where staff open the site (`http.url`); undefined: on this machine. */
  readonly url: string | undefined;
  /** The site's own sign-on; null where it has none. */
  readonly provider: Provider | null;
}

/** Who asks, as somebody who has proofs of his own. @throws HttpError 403 where it is a machine */
export function personOf({ kind, id }: Actor): StaffId {
  const read = StaffId.safeParse(id);
  if (kind !== 'person' || !read.success)
    throw new HttpError(403, 'this is for people: a token has no proofs of its own');
  return read.data;
}

/** @throws HttpError 403 where the site lets nobody in but by its own sign-on */
export function mustTakeOwnProofs({ provider }: Pick<SignInContext, 'provider'>): void {
  if (provider?.only) throw new HttpError(403, `sign in by ${provider.name}: nothing else is taken here`);
}
