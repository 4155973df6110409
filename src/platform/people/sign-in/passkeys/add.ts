import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server';
import type { Kysely } from 'kysely';
import { type NewPasskey, PasskeyOffer } from '../../../../protocol/api/passkeys.ts';
import type { StaffId } from '../../../../protocol/api/people.ts';
import type { Instant } from '../../../../protocol/units.ts';
import type { Trx } from '../../../context.ts';
import type { Schema } from '../../../database/schema.ts';
import { HttpError } from '../../../http/access.ts';
import { CHALLENGE_LIFE, keepChallenge, takeChallenge } from './challenges.ts';
import { passkeysOf } from './kept.ts';
import type { Site } from './site.ts';

const MOST = 20;

/** Somebody who is signed in, in the session of this cookie. */
interface Owner {
  readonly staff: StaffId;
  readonly session: string;
}

/** What the browser of `owner` makes a passkey of. @throws HttpError 409 where he has very many */
export async function offerPasskey(
  db: Kysely<Schema>,
  site: Site,
  { staff, session }: Owner,
  { email, name }: { readonly email: string; readonly name: string },
  now: Instant,
) {
  const has = await passkeysOf(db, staff);
  if (has.length >= MOST) throw new HttpError(409, `${MOST} passkeys are the most: remove one that is not used`);
  const options = await generateRegistrationOptions({
    ...{ rpName: 'Tierphone', rpID: site.id, timeout: CHALLENGE_LIFE, attestationType: 'none' },
    ...{ userID: new Uint8Array(Buffer.from(staff)), userName: email, userDisplayName: name },
    excludeCredentials: has,
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  });
  await keepChallenge(db, options.challenge, session, now);
  return PasskeyOffer.parse(options);
}

/** Keeps the passkey that was made of an offer. @throws HttpError 400, 409 */
export async function keepPasskey(
  trx: Trx,
  site: Site,
  { staff, session }: Owner,
  { name, made: { id, response } }: NewPasskey,
  now: Instant,
): Promise<void> {
  let challenge = '';
  const read = await verifyRegistrationResponse({
    response: { ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} }, response },
    expectedChallenge: (given) => {
      challenge = given;
      return true;
    },
    ...{ expectedOrigin: site.origin, expectedRPID: site.id, requireUserVerification: false },
  }).catch(() => null);
  if (!read?.verified || !(await takeChallenge(trx, challenge, session, now)))
    throw new HttpError(400, 'made: it is not what was asked for, or it took longer than five minutes: begin anew');
  const { credential } = read.registrationInfo;
  const row = { id: credential.id, staff, name, counter: credential.counter, made: now, used: null };
  const kept = await trx
    .insertInto('passkeys')
    .values({ ...row, public_key: Buffer.from(credential.publicKey), transports: response.transports })
    .onConflict((on) => on.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!kept) throw new HttpError(409, 'this passkey is known already');
}
