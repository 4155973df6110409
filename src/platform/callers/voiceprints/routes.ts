import type { FastifyInstance } from 'fastify';
import { CallerPath } from '../../../protocol/api/callers.ts';
import { FacilityPath } from '../../../protocol/api/live.ts';
import {
  CallerVoices,
  ErasureFilter,
  Erasures,
  OneVoice,
  RatesSpan,
  VoiceFilter,
  VoiceRates,
} from '../../../protocol/api/voices.ts';
import { piece } from '../../../protocol/api/wire.ts';
import { voiceRulesOf } from '../../facilities/voice.ts';
import type { Door } from '../../http/access.ts';
import { look, none } from '../../http/route.ts';
import { noCaller } from '../caller.ts';
import { adaptationsOf } from './adapting.ts';
import { voiceDeedRoutes } from './deeds.ts';
import { listErasures, listVoices, oneVoice } from './list.ts';
import { ratesOf } from './rates.ts';
import { erasureInWords, fitInWords, oneInWords, rowInWords } from './told.ts';

/** How callers stand with their voices, what was destroyed, and how often checks err; no print is ever given out. */
export function voiceprintRoutes(app: FastifyInstance, door: Door): void {
  const { db } = door;
  look(
    app,
    door,
    {
      path: '/facilities/:facility/voices',
      summary: 'Callers with their voices, in the order of their ids',
      right: 'voices.read',
      ...{ params: FacilityPath, query: VoiceFilter, answer: CallerVoices },
    },
    async ({ at, params: { facility }, query: { limit, ...wanted } }) => {
      const rows = await listVoices(db, { facility, ...wanted, limit: limit + 1 }, at);
      return piece(rows.map(rowInWords), limit, ({ caller }) => caller);
    },
  );
  look(
    app,
    door,
    {
      path: '/facilities/:facility/voices/:caller',
      summary: 'What one caller was read and said of his voice, and his checks in figures',
      right: 'voices.read',
      ...{ params: CallerPath, query: none, answer: OneVoice },
      told: ({ params: { caller } }) => ({ what: 'voice.look', subject: { caller } }),
    },
    async ({ at, params }) => {
      const one = await oneVoice(db, params, at);
      if (!one) throw noCaller(params.facility, params.caller);
      return oneInWords(one);
    },
  );
  look(
    app,
    door,
    {
      path: '/facilities/:facility/voice-erasures',
      summary: 'Voiceprints that were destroyed, in the order in which they were',
      right: 'voices.read',
      ...{ params: FacilityPath, query: ErasureFilter, answer: Erasures },
    },
    async ({ params: { facility }, query: { limit, after } }) => {
      const rows = await listErasures(db, { facility, after, limit: limit + 1 });
      return piece(rows.map(erasureInWords), limit, ({ id }) => String(id));
    },
  );
  look(
    app,
    door,
    {
      path: '/facilities/:facility/voice-rates',
      summary: 'How often checks of voices err, as far as the site can know that',
      right: 'voices.read',
      ...{ params: FacilityPath, query: RatesSpan, answer: VoiceRates },
    },
    async ({ at, params: { facility }, query: { days } }) => {
      const [seen, rules, fits] = await Promise.all([
        ratesOf(db, facility, days, at),
        voiceRulesOf(db, facility),
        adaptationsOf(db, facility),
      ]);
      // The rate of false accepts that is set is all that is known of those.
      const set = { set: rules?.falseAccepts ?? null, adapts: rules?.adapts === true };
      return { ...seen, falseAccepts: { ...set, fits: fits.map(fitInWords) } };
    },
  );
  voiceDeedRoutes(app, door);
}
