import type { FastifyInstance } from 'fastify';
import { Admission, CallerDeed, CallerPath, PinSlip } from '../../protocol/api/callers.ts';
import { FacilityPath } from '../../protocol/api/live.ts';
import type { Door } from '../http/access.ts';
import { change } from '../http/route.ts';
import { told } from '../people/actor.ts';
import { admit, renewPin } from './admit.ts';

/** Letting callers in, and making them PINs, which are hashed with the pepper. A PIN is in no line of the trail. */
export const admissionRoutes =
  (pepper: Buffer) =>
  (app: FastifyInstance, door: Door): void => {
    change(
      app,
      door,
      {
        ...{ method: 'POST', path: '/facilities/:facility/callers', status: 201 },
        summary: 'Let a caller in; his PIN is told this once, with a slip to print',
        right: 'callers.change',
        ...{ params: FacilityPath, body: Admission, answer: PinSlip },
      },
      async ({ who, trx, params: { facility }, body }) => {
        const answer = await admit(trx, facility, body, { by: told(who), pepper });
        const { caller: _, ...after } = body;
        const act = { what: 'caller.admit', subject: { caller: answer.caller }, after: { ...after, pin: 'set' } };
        return { answer, act };
      },
    );
    change(
      app,
      door,
      {
        ...{ method: 'POST', path: '/facilities/:facility/callers/:caller/pin', status: 201 },
        summary: 'Make a caller a new PIN, told this once; the one before opens nothing any more',
        right: 'callers.change',
        ...{ params: CallerPath, body: CallerDeed, answer: PinSlip },
      },
      async ({ trx, params: { facility, caller }, body: { why } }) => {
        const answer = await renewPin(trx, facility, caller, pepper);
        return { answer, act: { what: 'caller.pin', subject: { caller }, after: { pin: 'set' }, why } };
      },
    );
  };
