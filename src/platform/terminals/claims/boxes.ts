import { randomBytes, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { type BoxAsks, codesOf, commitmentTo, type Offer, signOffer, verifyProof } from '../../../protocol/claim.ts';
import { type ReplyPrivateKey, ReplyPublicKey, TerminalPublicKey } from '../../../protocol/keys.ts';
import { SignatureError } from '../../../protocol/signed.ts';
import type { Instant } from '../../../protocol/units.ts';
import type { Trx } from '../../context.ts';
import { HttpError } from '../../http/access.ts';

/** How long a code holds, ms. */
const CODE_LIFE = 600_000;
/** Boxes that wait at once: of one address (twenty phones of a jail come by one, and start anew), and of all. */
const AT_MOST = { address: 100, all: 2_000 };

/** The part of the platform's key that boxes know it by. */
export const publicPart = ({ d: _, ...key }: ReplyPrivateKey): ReplyPublicKey => ReplyPublicKey.parse(key);

/** Takes in a box that asks for a code, and answers with the platform's nonce. @throws HttpError 400, 429 */
export async function meetBox(
  trx: Trx,
  asks: BoxAsks,
  { origin, at, key }: { readonly origin: string; readonly at: Instant; readonly key: ReplyPrivateKey },
): Promise<{ readonly offer: string; readonly platform: ReplyPublicKey }> {
  if ((await calculateJwkThumbprint(asks.key)) !== asks.key.kid)
    throw new HttpError(400, 'key: it bears the name of another');
  await trx.deleteFrom('boxes').where('expires', '<=', at).execute();
  const { here, all } = await trx
    .selectFrom('boxes')
    .select(({ fn, eb }) => [
      fn.countAll<number>().as('all'),
      fn
        .countAll<number>()
        .filterWhere(eb('origin', '=', origin))
        .as('here'),
    ])
    .executeTakeFirstOrThrow();
  if (Number(here) >= AT_MOST.address || Number(all) >= AT_MOST.all)
    throw new HttpError(429, 'too many phones wait for a code: try again in ten minutes');
  const offer: Offer = {
    ...{ box: randomUUID(), key: asks.key.kid, nonce: randomBytes(32).toString('base64url') },
    expires: (at + CODE_LIFE) as Instant,
  };
  await trx
    .insertInto('boxes')
    .values({
      ...{ id: offer.box, thumbprint: asks.key.kid, asks: JSON.stringify(asks), nonce: offer.nonce },
      ...{ opened: null, code: null, answer: null, origin, asked: at, expires: offer.expires },
      ...{ facility: null, terminal: null },
    })
    .execute();
  return { offer: await signOffer(offer, key), platform: publicPart(key) };
}

/** Takes the nonce to which a box was bound; from then on it has a code. @throws HttpError 404, 409, 422 */
export async function openBox(trx: Trx, id: string, nonce: string, at: Instant, key: ReplyPrivateKey): Promise<void> {
  const { asks, nonce: own, opened } = await waiting(trx, id, at);
  if (opened === nonce) return;
  if (opened !== null || (await commitmentTo(nonce, asks)) !== asks.commitment)
    throw new HttpError(422, 'nonce: it is not what the box was bound to');
  const codes = await codesOf({ asks, platform: publicPart(key), nonces: { box: nonce, platform: own } });
  const taken = await trx.selectFrom('boxes').select('id').where('code', '=', codes.code).executeTakeFirst();
  if (taken) throw new HttpError(409, 'another phone has this code: ask anew');
  await trx
    .updateTable('boxes')
    .set({ opened: nonce, ...codes })
    .where('id', '=', id)
    .execute();
}

/** The box that asks for its voucher, and has proved that it is the one. @throws HttpError 404, 403 */
export async function provenBox(trx: Trx, id: string, proof: string, at: Instant) {
  const box = await waiting(trx, id, at);
  await verifyProof(proof, TerminalPublicKey.parse(box.asks.key), { box: id, nonce: box.nonce }).catch(
    (cause: unknown) => {
      if (cause instanceof SignatureError) throw new HttpError(403, `proof: ${cause.message}`);
      throw cause;
    },
  );
  return box;
}

async function waiting(trx: Trx, id: string, at: Instant) {
  const box = await trx
    .selectFrom('boxes')
    .selectAll()
    .where('id', '=', id)
    .where('expires', '>', at)
    .forUpdate()
    .executeTakeFirst();
  if (!box) throw new HttpError(404, 'this code has run out: ask anew');
  return box;
}
