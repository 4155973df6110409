import type { Logger } from 'pino';
import { SealingPublicKey, TerminalPublicKey } from '../../../protocol/keys.ts';
import { sealVoucher, type Voucher } from '../../../protocol/voucher.ts';
import type { Control } from '../../context.ts';
import { HttpError } from '../../http/access.ts';
import type { Actor } from '../../people/actor.ts';
import { leaveTrail } from '../../people/trail.ts';
import type { Issuers } from '../issuers.ts';
import type { PhoneAccounts } from './accounts.ts';
import { provenBox, publicPart } from './boxes.ts';
import { revokeNow } from './due.ts';

/** What vouchers are made with. */
export interface Vouching extends Pick<Control, 'db' | 'now' | 'replies' | 'sealing'> {
  readonly accounts: PhoneAccounts;
  readonly issuers: ReadonlyMap<string, Issuers>;
  /** Where phones reach the platform. */
  readonly url: () => string;
  readonly log: Logger;
}

/**
 * The voucher of a box that was claimed, sealed to it; null while nobody has typed its code. Its place is kept meanwhile: it is not given
 * to another box while the accounts are made for this one.
 * @throws HttpError 403, 404, 409, 410, 503
 */
export function voucherFor(vouching: Vouching, who: Actor, id: string, proof: string): Promise<string | null> {
  const { db, now, accounts, replies, sealing, log } = vouching;
  return db.transaction().execute(async (trx) => {
    const box = await provenBox(trx, id, proof, now());
    const { facility, terminal, asks } = box;
    if (facility === null || terminal === null) return null;
    const place = await trx
      .selectFrom('claims as c')
      .innerJoin('terminals as t', (on) => on.onRef('t.facility', '=', 'c.facility').onRef('t.id', '=', 'c.terminal'))
      .select(['c.facility', 'c.terminal', 't.unit', 'c.thumbprint'])
      .where('c.facility', '=', facility)
      .where('c.terminal', '=', terminal)
      .forUpdate('c')
      .executeTakeFirst();
    if (place?.thumbprint !== box.thumbprint) throw new HttpError(410, 'another phone has taken its place: ask anew');
    const { unit } = place;
    const { mqtt, sip } = await revokeNow(trx, place, accounts)
      .then(() => accounts.give({ facility, unit, terminal }, TerminalPublicKey.parse(asks.key)))
      .catch((err: unknown) => {
        log.error(
          { err, facility, terminal },
          'a phone that was claimed could not be given its accounts: it asks again',
        );
        throw new HttpError(503, 'its accounts at broker and exchange cannot be made now: ask again');
      });
    await trx
      .updateTable('claims')
      .set({ issued: now(), certificate: mqtt.certificate, certified: mqtt.certificate === null ? null : now() })
      .where('facility', '=', facility)
      .where('terminal', '=', terminal)
      .execute();
    const line = { what: 'voucher.issue', subject: { terminal }, after: asks.says };
    await leaveTrail(trx, facility, who, line, now());
    const { d: _, ...sealTo } = sealing;
    const voucher: Voucher = {
      ...{ box: id, key: box.thumbprint, serial: asks.says.serial, facility, unit, terminal },
      ...{ mqtt, sip, obeys: obeyedIn(vouching, facility) },
      platform: { sealing: SealingPublicKey.parse(sealTo), replies: [publicPart(replies)], url: vouching.url() },
    };
    return sealVoucher(voucher, replies, asks.sealing);
  });
}

function obeyedIn({ issuers }: Vouching, facility: string): Voucher['obeys'] {
  const trusted = issuers.get(facility)?.trusted;
  if (!trusted)
    throw new HttpError(
      409,
      `whose orders phones of ${facility} obey is not known here: name it in orders.${facility}`,
    );
  return 'root' in trusted ? { root: trusted.root } : { orders: trusted.keys };
}
