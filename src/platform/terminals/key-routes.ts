import type { FastifyInstance } from 'fastify';
import { FacilityPath } from '../../protocol/api/live.ts';
import { Asked, KeyPath, KeysOfFacility, KeysTaken, KeyWish, Revocation, Signed } from '../../protocol/api/orders.ts';
import { momentText, momentTextOrNull } from '../../protocol/api/wire.ts';
import type { KeySet } from '../../protocol/key-set.ts';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import type { Door } from '../http/access.ts';
import { act, look, none } from '../http/route.ts';
import { type Actor, told } from '../people/actor.ts';
import { approvalRoute } from '../people/approval-routes.ts';
import { askSecond, waitingIn } from '../people/approvals.ts';
import type { Desk } from './desk.ts';
import { orConflict } from './refused.ts';

const SET = '/facilities/:facility/keys';

/** Whose keys may order what: the set that the root key signed, what is revoked of it, and keys that are asked for. */
export function keyRoutes(app: FastifyInstance, door: Door, desk: Desk): void {
  look(
    app,
    door,
    {
      path: SET,
      summary: 'Whose keys may order what, which are revoked, and which are asked for',
      right: 'keys.read',
      ...{ params: FacilityPath, query: none, answer: KeysOfFacility },
    },
    ({ params, ...asked }) => orConflict(keysOf(desk, door, params.facility, asked)),
  );
  act(
    app,
    door,
    {
      ...{ method: 'PUT', path: SET, params: FacilityPath, body: Signed, answer: KeysTaken },
      summary:
        "Take a set of keys that the site's root key signed: from now on it counts, or when a second person has approved it",
      right: 'keys.change',
    },
    async ({ who, at, params: { facility }, body: { jws } }) => {
      const before = await issuersIn(desk, facility);
      const { set, waits } = await orConflict(desk.takeKeySet(facility, jws));
      const wish = { facility, kind: 'keys', content: jws, told: toldOf(set) } as const;
      const expires = waits ? await door.db.transaction().execute((trx) => askSecond(trx, wish, who, at)) : null;
      const answer = { ...(await keysOf(desk, door, facility, { who, at })), waits: momentTextOrNull(expires) };
      return { answer, act: waits ? null : { what: 'keys.set', before, after: toldOf(set) } };
    },
  );
  approvalRoute(
    app,
    door,
    {
      ...{ kind: 'keys', right: 'keys.change', path: SET },
      summary: 'Approve or decline, as a second person, a set of keys',
    },
    async (facility, jws) => {
      const before = await issuersIn(desk, facility);
      const { set } = await orConflict(desk.takeKeySet(facility, jws, true));
      return { what: 'keys.set', before, after: toldOf(set) };
    },
  );
  act(
    app,
    door,
    {
      ...{ method: 'POST', path: `${SET}/:thumbprint/revoke`, params: KeyPath, body: Revocation },
      ...{
        answer: KeysOfFacility,
        summary: 'Have a key count no more, for good, at every phone',
        right: 'keys.change',
      },
    },
    async ({ who, at, params: { facility, thumbprint }, body: { why } }) => {
      await orConflict(desk.revoke(facility, thumbprint));
      return {
        answer: await keysOf(desk, door, facility, { who, at }),
        act: { what: 'keys.revoke', subject: { key: thumbprint }, why },
      };
    },
  );
  act(
    app,
    door,
    {
      ...{ method: 'POST', path: `${SET}/requests`, params: FacilityPath, body: KeyWish, answer: Asked, status: 201 },
      ...{ summary: 'Ask that a key be added to the set', right: 'orders.give' },
    },
    async ({ who, params: { facility }, body: { key, name, wanted } }) => {
      const thumbprint = await orConflict(desk.askForKey({ facility, key, name, may: wanted, by: told(who) }));
      const subject = { key: thumbprint, issuer: key.kid };
      return { answer: { thumbprint }, act: { what: 'keys.ask', subject, after: { name, may: wanted } } };
    },
  );
  act(
    app,
    door,
    {
      ...{ method: 'DELETE', path: `${SET}/requests/:thumbprint`, params: KeyPath, body: none, answer: Asked },
      ...{ summary: 'Forget that a key was asked for', right: 'keys.change' },
    },
    async ({ params: { facility, thumbprint } }) => {
      await desk.refuseKey(facility, thumbprint);
      return { answer: { thumbprint }, act: { what: 'keys.refuse', subject: { key: thumbprint } } };
    },
  );
}

async function keysOf(desk: Desk, door: Door, facility: FacilityId, asked: { who: Actor; at: Instant }) {
  const { root, sequence, since, jws, keys, revoked } = desk.keySetOf(facility);
  const requests = await desk.asked(facility);
  return {
    ...{ root, sequence, since: momentTextOrNull(since), jws },
    waiting: await waitingIn(door.db, { facility, kind: 'keys' }, asked.who, asked.at),
    keys: keys.map(({ key, thumbprint, name, may, until, revoked: gone }) => ({
      ...{ issuer: key.kid, thumbprint, name, may, until: momentTextOrNull(until), revoked: momentTextOrNull(gone) },
    })),
    revoked: revoked.map(({ thumbprint, at }) => ({ thumbprint, at: momentText(at) })),
    requests: requests.map(({ request, thumbprint, at }) => ({ ...request, thumbprint, at: momentText(at) })),
  };
}

/** What the trail says of a set of keys. */
const toldOf = ({ sequence, keys }: KeySet) => ({ sequence, issuers: keys.map(({ key }) => key.kid) });

/** The same of that in force. @throws HttpError 409 where the keys are fixed */
async function issuersIn(desk: Desk, facility: FacilityId) {
  const { sequence, keys } = await orConflict(Promise.resolve().then(() => desk.keySetOf(facility)));
  return { sequence, issuers: keys.map(({ key }) => key.kid) };
}
