import type { FastifyInstance } from 'fastify';
import { StaffId } from '../../../protocol/api/people.ts';
import { type Door, HttpError } from '../../http/access.ts';
import type { Actor } from '../actor.ts';
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
}

/** Who asks, as somebody who has proofs of his own. @throws HttpError 403 where it is a machine */
export function personOf({ kind, id }: Actor): StaffId {
  const read = StaffId.safeParse(id);
  if (kind !== 'person' || !read.success)
    throw new HttpError(403, 'this is for people: a token has no proofs of its own');
  return read.data;
}
