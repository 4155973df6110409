import type { FastifyInstance } from 'fastify';
import { type Approvable, ApprovalPath, Decision } from '../../protocol/api/approvals.ts';
import { Done, done } from '../../protocol/api/people.ts';
import type { Right } from '../../protocol/api/rights.ts';
import type { FacilityId } from '../../protocol/units.ts';
import { type Door, HttpError } from '../http/access.ts';
import { act } from '../http/route.ts';
import { decide } from './approvals.ts';
import { type Act, leaveTrail } from './trail.ts';

/** What of a kind is approved where, and with which right: that with which it is asked for. */
interface Approved {
  readonly kind: Approvable;
  readonly right: Right;
  /** Under which what waits is decided on. */
  readonly path: `/facilities/:facility/${string}`;
  readonly summary: string;
}

/**
 * Adds the route by which a second person approves or declines what waits. `carry` does it then, by what was handed in, unchanged, and tells
 * of it for the trail; where that is refused meanwhile, the trail says so too.
 */
export function approvalRoute(
  app: FastifyInstance,
  door: Door,
  { kind, right, path, summary }: Approved,
  carry: (facility: FacilityId, content: string) => Promise<Act>,
): void {
  act(
    app,
    door,
    {
      ...{ method: 'POST', path: `${path}/waiting/:approval`, summary, right },
      ...{ params: ApprovalPath, body: Decision, answer: Done },
    },
    async ({ who, at, params: { facility, approval }, body }) => {
      const deciding = { facility, kind, approval, right, who };
      const given = await door.db.transaction().execute((trx) => decide(trx, deciding, body, at));
      if (given === null) return { answer: done, act: null };
      const carried = await carry(facility, given.content).catch(async (error: unknown) => {
        const why = error instanceof HttpError ? error.message : 'it could not be done: the log says why';
        const line = { what: 'approval.fail', subject: { approval }, why };
        await door.db.transaction().execute((trx) => leaveTrail(trx, facility, who, line, at));
        throw error;
      });
      return { answer: done, act: { ...carried, after: { ...carried.after, asked_by: given.by } } };
    },
  );
}
