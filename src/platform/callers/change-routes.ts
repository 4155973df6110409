import type { FastifyInstance } from 'fastify';
import {
  Caller,
  CallerChange,
  CallerDeed,
  CallerPath,
  Move,
  Moved,
  Released,
  Suspended,
} from '../../protocol/api/callers.ts';
import { amountText } from '../../protocol/api/wire.ts';
import { type Door, HttpError } from '../http/access.ts';
import { change } from '../http/route.ts';
import { told } from '../people/actor.ts';
import { changeCaller, lockCaller, moveCaller, release, setSuspended } from './change.ts';

/** What staff change of a caller. */
export function callerChangeRoutes(app: FastifyInstance, door: Door): void {
  const right = 'callers.change';
  change(
    app,
    door,
    {
      ...{ method: 'PATCH', path: '/facilities/:facility/callers/:caller', right },
      summary: 'Change name, language, limit, hours, calls a day or the wait between calls; what is left out stays',
      ...{ params: CallerPath, body: CallerChange, answer: Caller },
    },
    async ({ trx, params: { facility, caller }, body }) => {
      const before = await lockCaller(trx, facility, caller);
      await changeCaller(trx, facility, caller, body);
      const answer = await lockCaller(trx, facility, caller);
      return { answer, act: { what: 'caller.change', subject: { caller }, before, after: answer } };
    },
  );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/facilities/:facility/callers/:caller/move', right },
      summary: 'Say in which unit he is housed from now on',
      ...{ params: CallerPath, body: Move, answer: Moved },
    },
    async ({ trx, params: { facility, caller }, body: { unit, why } }) => {
      const { unit: before } = await lockCaller(trx, facility, caller);
      if (before === unit)
        throw new HttpError(409, unit === null ? 'he is in no unit already' : `he is in unit ${unit} already`);
      await moveCaller(trx, facility, caller, unit);
      const act = { what: 'caller.move', subject: { caller }, before: { unit: before }, after: { unit }, why };
      return { answer: { caller, unit }, act };
    },
  );
  for (const [name, suspended, summary] of [
    ['suspend', true, 'Take his calling away; a call that goes on goes on'],
    ['resume', false, 'Let him call again'],
  ] as const)
    change(
      app,
      door,
      {
        ...{ method: 'POST', path: `/facilities/:facility/callers/:caller/${name}`, right, summary },
        ...{ params: CallerPath, body: CallerDeed, answer: Suspended },
      },
      async ({ trx, params: { facility, caller }, body: { why } }) => {
        const before = await lockCaller(trx, facility, caller);
        if (before.suspended === suspended)
          throw new HttpError(409, suspended ? 'he is suspended already' : 'he is not suspended');
        await setSuspended(trx, facility, caller, suspended);
        return { answer: { caller, suspended }, act: { what: `caller.${name}`, subject: { caller }, why } };
      },
    );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/facilities/:facility/callers/:caller/release', right },
      summary: 'Let him go: no PIN, no list, no voiceprint; what his own account has stays his, to be paid out',
      ...{ params: CallerPath, body: CallerDeed, answer: Released },
    },
    async ({ who, trx, at, params, body: { why } }) => {
      const { facility, caller } = params;
      const before = await lockCaller(trx, facility, caller);
      const { balance, erased } = await release(trx, params, { by: told(who), why, at });
      const after = { balance: amountText(balance), erased };
      return { answer: { caller, ...after }, act: { what: 'caller.release', subject: { caller }, before, after, why } };
    },
  );
}
