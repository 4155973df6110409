import type { FastifyInstance } from 'fastify';
import { FacilityPath } from '../../protocol/api/live.ts';
import { Asked, KeyPath, KeysOfFacility, KeyWish, Revocation, Signed } from '../../protocol/api/orders.ts';
import { momentText, momentTextOrNull } from '../../protocol/api/wire.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { Door } from '../http/access.ts';
import { act, look, none } from '../http/route.ts';
import { told } from '../people/actor.ts';
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
    ({ params }) => orConflict(keysOf(desk, params.facility)),
  );
  act(
    app,
    door,
    {
      ...{ method: 'PUT', path: SET, params: FacilityPath, body: Signed, answer: KeysOfFacility },
      summary: "Take a set of keys that the site's root key signed: from now on it counts",
      right: 'keys.change',
    },
    async ({ params: { facility }, body: { jws } }) => {
      const before = await orConflict(keysOf(desk, facility));
      const { sequence } = await orConflict(desk.takeKeySet(facility, jws));
      const answer = await keysOf(desk, facility);
      const issuers = ({ keys }: typeof answer) => keys.map(({ issuer }) => issuer);
      const was = { sequence: before.sequence, issuers: issuers(before) };
      return { answer, act: { what: 'keys.set', before: was, after: { sequence, issuers: issuers(answer) } } };
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
    async ({ params: { facility, thumbprint }, body: { why } }) => {
      await orConflict(desk.revoke(facility, thumbprint));
      return { answer: await keysOf(desk, facility), act: { what: 'keys.revoke', subject: { key: thumbprint }, why } };
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

async function keysOf(desk: Desk, facility: FacilityId) {
  const { root, sequence, since, jws, keys, revoked } = desk.keySetOf(facility);
  const requests = await desk.asked(facility);
  return {
    ...{ root, sequence, since: momentTextOrNull(since), jws },
    keys: keys.map(({ key, thumbprint, name, may, until, revoked: gone }) => ({
      ...{ issuer: key.kid, thumbprint, name, may, until: momentTextOrNull(until), revoked: momentTextOrNull(gone) },
    })),
    revoked: revoked.map(({ thumbprint, at }) => ({ thumbprint, at: momentText(at) })),
    requests: requests.map(({ request, thumbprint, at }) => ({ ...request, thumbprint, at: momentText(at) })),
  };
}
