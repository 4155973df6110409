import type { FastifyInstance } from 'fastify';
import { BoxMet, BoxOpened, BoxPath, VoucherAsked, VoucherGiven } from '../../../protocol/api/claims.ts';
import { BoxAsks, Opening } from '../../../protocol/claim.ts';
import type { Door } from '../../http/access.ts';
import { act, change, none } from '../../http/route.ts';
import { meetBox, openBox } from './boxes.ts';
import { type Vouching, voucherFor } from './voucher.ts';

/** What a box asks that is nobody's phone yet: a code, and once that was typed, its voucher. */
export function boxRoutes(app: FastifyInstance, door: Door, vouching: Vouching): void {
  const { replies: key } = vouching;
  change(
    app,
    door,
    {
      ...{
        method: 'POST',
        path: '/boxes',
        params: none,
        body: BoxAsks,
        answer: BoxMet,
        status: 201,
        right: 'anybody',
      },
      summary: 'Ask for a code, as a phone that is new',
    },
    async ({ who, trx, at, body }) => ({
      answer: await meetBox(trx, body, { origin: who.from, at, key }),
      act: null,
    }),
  );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/boxes/:box/opening', params: BoxPath, body: Opening, answer: BoxOpened },
      ...{ right: 'anybody', summary: 'Tell the nonce that the box was bound to: from then on its code can be typed' },
    },
    async ({ trx, at, params: { box }, body: { nonce } }) => {
      await openBox(trx, box, nonce, at, key);
      return { answer: { waits: true as const }, act: null };
    },
  );
  act(
    app,
    door,
    {
      ...{ method: 'POST', path: '/boxes/:box/voucher', params: BoxPath, body: VoucherAsked, answer: VoucherGiven },
      ...{ right: 'anybody', summary: 'Ask for the voucher of a box whose code was typed, sealed to it' },
    },
    async ({ who, params: { box }, body: { proof } }) => ({
      answer: { voucher: await voucherFor(vouching, who, box, proof) },
      act: null,
    }),
  );
}
