import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { CallerPath } from '../../../protocol/api/callers.ts';
import { FacilityPath } from '../../../protocol/api/live.ts';
import { Erased, Fits, VoiceDeed, Waived, Waiving } from '../../../protocol/api/voices.ts';
import type { Trx } from '../../context.ts';
import { type Door, HttpError } from '../../http/access.ts';
import { change } from '../../http/route.ts';
import { told } from '../../people/actor.ts';
import { mustBeThere } from '../caller.ts';
import { adaptationsOf, undoAdaptation } from './adapting.ts';
import { askAnew, withdraw } from './erase.ts';
import type { Owner } from './tables.ts';
import { fitInWords } from './told.ts';
import { type Deed, unwaive, waive } from './waivers.ts';

/** What staff change of what is asked of voices. */
export function voiceDeedRoutes(app: FastifyInstance, door: Door): void {
  const deed = <B extends typeof VoiceDeed, A extends z.ZodType>(
    { name, summary, body, answer }: { name: string; summary: string; body: B; answer: A },
    work: (trx: Trx, owner: Owner, deed: Deed & z.output<B>) => Promise<z.input<A>>,
  ) =>
    change(
      app,
      door,
      {
        ...{ method: 'POST', path: `/facilities/:facility/voices/:caller/${name}`, summary },
        right: 'voices.change',
        ...{ params: CallerPath, body, answer },
      },
      async ({ who, trx, at, params, body }) => {
        await mustBeThere(trx, params.facility, params.caller);
        const done = await work(trx, params, { ...body, by: told(who), at });
        const { why, ...after } = body;
        return { answer: done, act: { what: `voice.${name}`, subject: { caller: params.caller }, after, why } };
      },
    );
  deed(
    { name: 'waive', summary: 'Ask nothing of his voice from his next call on', body: Waiving, answer: Waived },
    async (trx, owner, { reason, by, why, at }) => {
      if (!(await waive(trx, owner, reason, { by, why, at }))) throw new HttpError(409, 'it is waived already');
      return { caller: owner.caller, waived: reason };
    },
  );
  deed(
    { name: 'unwaive', summary: 'Ask for his voice again', body: VoiceDeed, answer: Waived },
    async (trx, owner, done) => {
      if (!(await unwaive(trx, owner, done))) throw new HttpError(409, 'it is not waived');
      return { caller: owner.caller, waived: null };
    },
  );
  const anew = 'Ask him to enrol at his next call; a voiceprint that he has is destroyed';
  deed({ name: 'anew', summary: anew, body: VoiceDeed, answer: Erased }, async (trx, owner, done) => ({
    ...{ caller: owner.caller, erased: await askAnew(trx, owner, done) },
  }));
  const erase = 'He has withdrawn: his voiceprint is destroyed, and he is not asked again before he is asked anew';
  deed({ name: 'erase', summary: erase, body: VoiceDeed, answer: Erased }, async (trx, owner, done) => {
    if (!(await withdraw(trx, owner, done))) throw new HttpError(409, 'he has no voiceprint');
    return { caller: owner.caller, erased: true };
  });
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/facilities/:facility/voice-adaptations/undo' },
      summary: 'Take back the latest fit of the rate of false accepts',
      right: 'voices.change',
      ...{ params: FacilityPath, body: VoiceDeed, answer: Fits },
    },
    async ({ who, trx, at, params: { facility }, body: { why } }) => {
      if (!(await undoAdaptation(trx, facility, { by: told(who), why, at })))
        throw new HttpError(409, 'there is no fit in force');
      const fits = (await adaptationsOf(trx, facility)).map(fitInWords);
      return { answer: { fits }, act: { what: 'voice.undo-fit', why } };
    },
  );
}
