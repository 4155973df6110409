import { generateAuthenticationOptions, verifyAuthenticationResponse } from '@simplewebauthn/server';
import type { Kysely } from 'kysely';
import { PasskeyAsk, type PasskeyProof } from '../../../../protocol/api/passkeys.ts';
import { StaffId } from '../../../../protocol/api/people.ts';
import type { Instant } from '../../../../protocol/units.ts';
import type { Trx } from '../../../context.ts';
import type { Schema } from '../../../database/schema.ts';
import type { Actor } from '../../actor.ts';
import { leaveTrail } from '../../trail.ts';
import { CHALLENGE_LIFE, keepChallenge, takeChallenge } from './challenges.ts';
import { passkeysOf } from './kept.ts';
import type { Site } from './site.ts';

/** Who is asked for a passkey: somebody whose password was right, in his half session; or whoever has one, which then is all he proves. */
export type Prover = { readonly staff: StaffId; readonly session: string } | 'whoever has one';

const sessionOf = (prover: Prover): string | null => (prover === 'whoever has one' ? null : prover.session);

/** What his browser is to sign: alone a passkey has to know by PIN, finger or face who holds it; after a password it need not. */
export async function askForPasskey(db: Kysely<Schema>, site: Site, prover: Prover, now: Instant) {
  const alone = prover === 'whoever has one';
  const { allowCredentials, ...options } = await generateAuthenticationOptions({
    ...{ rpID: site.id, timeout: CHALLENGE_LIFE, userVerification: alone ? 'required' : 'preferred' },
    ...(alone ? {} : { allowCredentials: await passkeysOf(db, prover.staff) }),
  });
  await keepChallenge(db, options.challenge, sessionOf(prover), now);
  return PasskeyAsk.parse({ ...options, ...(allowCredentials && { allowCredentials }) });
}

/** Why a passkey is not taken, in words for who uses it. */
const WHY = {
  wrong: 'this passkey is not known here, or it took too long: try again',
  unverified: 'this passkey did not ask who holds it: use one with a PIN, a finger or a face',
  copied:
    'this passkey told fewer uses than before, so there may be a copy of it: remove it, and tell your administrator',
} as const;

type Taken =
  | { readonly staff: StaffId }
  | { readonly why: (typeof WHY)[keyof typeof WHY]; readonly of: StaffId | null };

/**
 * Whose passkey signed the challenge, which is used up by that. Its count of uses is looked at after its signature: nobody else makes it go back.
 * That it went back leaves a line each time: who can bring that about has the key.
 */
export async function takePasskey(
  trx: Trx,
  site: Site,
  prover: Prover,
  { id, response }: PasskeyProof,
  who: Actor,
  now: Instant,
): Promise<Taken> {
  const alone = prover === 'whoever has one';
  const row = await trx
    .selectFrom('passkeys')
    .innerJoin('staff', 'staff.id', 'passkeys.staff')
    .select(['passkeys.staff', 'passkeys.name', 'public_key'])
    .where('passkeys.id', '=', id)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (!row || (alone ? ownerIn(response.userHandle) !== row.staff : prover.staff !== row.staff))
    return { why: WHY.wrong, of: alone ? null : prover.staff };
  const wrong = { why: WHY.wrong, of: row.staff };
  let challenge = '';
  const read = await verifyAuthenticationResponse({
    response: { ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} }, response },
    // Which one it signed is looked for once the signature is known to be right.
    expectedChallenge: (given) => {
      challenge = given;
      return true;
    },
    ...{ expectedOrigin: site.origin, expectedRPID: site.id, requireUserVerification: false },
    credential: { id, publicKey: new Uint8Array(row.public_key), counter: 0 },
  }).catch(() => null);
  if (!read?.verified || !(await takeChallenge(trx, challenge, sessionOf(prover), now))) return wrong;
  const { newCounter, userVerified } = read.authenticationInfo;
  if (alone && !userVerified) return { why: WHY.unverified, of: row.staff };
  const counted = await trx
    .updateTable('passkeys')
    .set({ counter: newCounter, used: now })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('counter', '<', newCounter), eb.and([eb('counter', '=', 0), eb.val(newCounter === 0)])]))
    .returning('id')
    .executeTakeFirst();
  if (counted) return { staff: row.staff };
  const act = { what: 'passkey.refuse', subject: { person: row.staff }, after: { name: row.name }, why: WHY.copied };
  await leaveTrail(trx, null, who, act, now);
  return { why: WHY.copied, of: row.staff };
}

/** Whose a passkey is by its own word; null where it says nothing that could be. */
const ownerIn = (userHandle: string | undefined): StaffId | null =>
  StaffId.safeParse(Buffer.from(userHandle ?? '', 'base64url').toString()).data ?? null;
