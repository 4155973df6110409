import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { verifyRenewal } from '../../../protocol/attest.ts';
import type { TerminalPublicKey } from '../../../protocol/keys.ts';
import { lifeOf } from '../../../protocol/phone-certificate.ts';
import { signChallenge, signRenewed, verifyChallenge } from '../../../protocol/renewal.ts';
import { SignatureError } from '../../../protocol/signed.ts';
import type { Instant } from '../../../protocol/units.ts';
import type { Asker, Control, Trx } from '../../context.ts';
import { HttpError } from '../../http/access.ts';
import type { Actor } from '../../people/actor.ts';
import { leaveTrail } from '../../people/trail.ts';
import { keysInForce } from '../keys.ts';
import type { Certified, PhoneAccounts } from './accounts.ts';
import { publicPart } from './boxes.ts';

/** How long a challenge may be answered; several platforms' clocks may be as far apart, ms. */
const FRESH = 300_000;
/** Who asks again within so much of a certificate's life, and within an hour, is given the same: to replay a request changes nothing. */
const SAME = { share: 0.1, most: 3_600_000 };

/** What certificates are renewed with. */
export interface Renewing extends Pick<Control, 'now' | 'replies' | 'counters'> {
  readonly accounts: Pick<PhoneAccounts, 'certify'>;
  readonly log: Logger;
}

export const challengeOf = ({ now, replies }: Renewing): Promise<string> =>
  signChallenge({ at: now(), nonce: randomUUID() }, replies);

/**
 * A new certificate for the key that signed `jws`, as long as that key is in force at the place that it says, and the box there was not
 * replaced nor taken out of service. What a certificate opens is the account of that key at the broker, which is left as it is.
 * @throws HttpError 403 where it is the key of no phone there, or the request is no good; 409; 503
 */
export async function renew(trx: Trx, renewing: Renewing, who: Actor, jws: string): Promise<string> {
  const { now, replies } = renewing;
  const { renewal, key } = await asked(renewing, jws);
  const { facility, terminal, challenge } = renewal;
  const place = { facility, terminal };
  const claim = await trx
    .selectFrom('claims')
    .select(['certificate', 'certified'])
    .where((eb) => eb.and({ ...place, thumbprint: key.kid }))
    .forUpdate()
    .executeTakeFirst();
  if (!claim || (await keysInForce(trx, [place]))(place) !== key.kid)
    throw refused(renewing, 'this is the key of no phone there: claim it anew');
  const made = await certified(renewing, place, key);
  const certificate = freshOf(claim, now()) ?? made.certificate;
  if (certificate === made.certificate) await keep(trx, who, place, certificate, now());
  return signRenewed({ challenge, key: key.kid, certificate, ca: made.ca }, replies);
}

/** Who asks, by a challenge of this platform. */
async function asked(renewing: Renewing, jws: string): ReturnType<typeof verifyRenewal> {
  try {
    const signed = await verifyRenewal(jws);
    const { at } = await verifyChallenge(signed.renewal.challenge, [publicPart(renewing.replies)]);
    if (Math.abs(renewing.now() - at) > FRESH) throw new SignatureError('its challenge has run out: ask anew');
    return signed;
  } catch (error) {
    if (error instanceof SignatureError) throw refused(renewing, `renewal: ${error.message}`);
    throw error;
  }
}

function refused({ counters }: Renewing, why: string): HttpError {
  counters.add('renewal-refused');
  return new HttpError(403, why);
}

async function certified({ accounts, log }: Renewing, place: Asker, key: TerminalPublicKey): Promise<Certified> {
  const made = await accounts.certify(place, key).catch((err: unknown) => {
    log.error({ err, ...place }, 'a phone could not be given a new certificate: it asks again');
    throw new HttpError(503, 'no certificate can be made now: ask again');
  });
  if (made === null) throw new HttpError(409, 'phones have no certificates at this broker');
  return made;
}

interface Given {
  readonly certificate: string | null;
  readonly certified: Instant | null;
}

/** What it was given last, where that was just now. */
function freshOf({ certificate, certified }: Given, now: Instant): string | null {
  if (certificate === null || certified === null) return null;
  const { from, until } = lifeOf(certificate);
  return now - certified < Math.min(SAME.most, (until - from) * SAME.share) ? certificate : null;
}

async function keep(trx: Trx, who: Actor, place: Asker, certificate: string, at: Instant): Promise<void> {
  await trx
    .updateTable('claims')
    .set({ certificate, certified: at })
    .where((eb) => eb.and({ ...place }))
    .execute();
  const after = { until: new Date(lifeOf(certificate).until).toISOString() };
  const line = { what: 'certificate.renew', subject: { terminal: place.terminal }, after };
  await leaveTrail(trx, place.facility, who, line, at);
}
