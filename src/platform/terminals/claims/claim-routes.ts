import type { FastifyInstance } from 'fastify';
import { Claimed, Claims, ClaimWanted, Decommission, Decommissioned } from '../../../protocol/api/claims.ts';
import { FacilityPath } from '../../../protocol/api/live.ts';
import { TerminalPath } from '../../../protocol/api/terminals.ts';
import { momentText, momentTextOrNull } from '../../../protocol/api/wire.ts';
import { lifeOf } from '../../../protocol/phone-certificate.ts';
import type { FacilityId, Instant } from '../../../protocol/units.ts';
import { lockFacility } from '../../facilities/lock.ts';
import { type Door, HttpError } from '../../http/access.ts';
import { act, change, look, none } from '../../http/route.ts';
import { type Actor, told } from '../../people/actor.ts';
import { leaveTrail } from '../../people/trail.ts';
import { claimBox, decommission, type Wanted } from './claim.ts';
import { countTry, mayTry } from './tries.ts';

/** What a claim has to be followed by: what the box before had is taken away. */
type Revoke = () => void;

/** Technicians say which box is the phone of which place, and take phones out of service. */
export function claimRoutes(
  app: FastifyInstance,
  door: Door,
  knows: (facility: FacilityId) => boolean,
  revoke: Revoke,
): void {
  const CLAIMS = '/facilities/:facility/claims';
  look(
    app,
    door,
    {
      ...{ path: CLAIMS, params: FacilityPath, query: none, answer: Claims, right: 'terminals.read' },
      summary: 'The boxes that are phones of a facility, and who claimed each',
    },
    async ({ params: { facility } }) => {
      const rows = await door.db
        .selectFrom('claims')
        .select(['terminal', 'says', 'claimed', 'claimed_by', 'issued', 'certificate'])
        .where('facility', '=', facility)
        .orderBy('terminal')
        .execute();
      const items = rows.map(({ certificate, ...row }) => ({
        ...row,
        ...{ claimed: momentText(row.claimed), issued: momentTextOrNull(row.issued) },
        certified_until: certificate === null ? null : momentText(lifeOf(certificate).until),
      }));
      return { items };
    },
  );
  act(
    app,
    door,
    {
      ...{ method: 'POST', path: CLAIMS, params: FacilityPath, body: ClaimWanted, answer: Claimed, status: 201 },
      ...{ right: 'terminals.change', summary: 'Claim the phone whose handset says this code' },
    },
    async ({ who, at, params: { facility }, body }) => {
      if (!knows(facility))
        throw new HttpError(
          409,
          `whose orders phones of ${facility} obey is not known here: name it in orders.${facility}`,
        );
      await mayTry(door.db, who.id, at);
      const claimed = await claimFor(door, who, { facility, ...body }, at);
      if (claimed === null) {
        await countTry(door.db, who.id, at);
        throw new HttpError(
          404,
          'no phone says this code now: a code holds ten minutes, lift the handset for the next',
        );
      }
      revoke();
      return { answer: claimed, act: null };
    },
  );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/facilities/:facility/terminals/:terminal/decommission', right: 'terminals.change' },
      summary: 'Take a phone out of service: nothing of it works any more, its records stay',
      ...{ params: TerminalPath, body: Decommission, answer: Decommissioned },
    },
    async ({ trx, at, params: { facility, terminal }, body: { why } }) => {
      await lockFacility(trx, facility);
      const { says } = await decommission(trx, { facility, terminal }, at);
      return {
        answer: { terminal, serial: says.serial },
        act: { what: 'phone.decommission', subject: { terminal }, before: says, why },
        afterwards: async () => revoke(),
      };
    },
  );
}

/** Claims a box and leaves its line, both or neither; null where no box has the code. */
const claimFor = (door: Door, who: Actor, wanted: Wanted, at: Instant) =>
  door.db.transaction().execute(async (trx) => {
    const { facility } = wanted;
    await lockFacility(trx, facility);
    const claimed = await claimBox(trx, wanted, { by: told(who), at });
    if (claimed === null) return null;
    const { place, says, answer, before, left } = claimed;
    const replaced = before === null || before.thumbprint === claimed.thumbprint ? null : before.says;
    const subject = { terminal: place.terminal };
    await leaveTrail(
      trx,
      facility,
      who,
      { what: 'phone.claim', subject, before: replaced, after: { ...says, unit: place.unit } },
      at,
    );
    if (left !== null)
      await leaveTrail(
        trx,
        left.facility,
        who,
        { what: 'phone.leave', subject: { terminal: left.terminal }, before: says },
        at,
      );
    return { ...place, says, answer, replaced: replaced?.serial ?? null };
  });
