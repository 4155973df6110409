import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { GreetingOfFacility, GreetingPath, GreetingsOfFacility, GreetingWanted } from '../../protocol/api/greeting.ts';
import { FacilityPath } from '../../protocol/api/live.ts';
import { momentText } from '../../protocol/api/wire.ts';
import { type CentralGreeting, faultOf, GREETING_RATE, type GreetingFault } from '../../protocol/greeting.ts';
import { LANGUAGES } from '../../protocol/units.ts';
import { type Door, HttpError } from '../http/access.ts';
import { change, look, none } from '../http/route.ts';
import type { Desk } from '../terminals/desk.ts';
import { type Greetings, greetingsOf, setGreeting } from './greetings.ts';
import { lockFacility } from './lock.ts';

const PATH = '/facilities/:facility/greeting';

const FAULTS: Readonly<Record<GreetingFault, string>> = {
  short: 'a quarter of a second at least is wanted',
  long: 'four seconds at most are wanted',
  silent: 'nobody is heard to speak',
  quiet: 'it is too quiet beside what phones say: -23 dB of full scale is wanted, within 7 dB',
  loud: 'it is too loud beside what phones say: -23 dB of full scale is wanted, within 7 dB',
  clipped: 'it was recorded too loud, and is cut off',
};

/** How a facility says its own name, to whom its callers call: heard from the next greeting on. */
export function greetingRoutes(app: FastifyInstance, door: Door, greetings: Greetings, desk: Desk): void {
  look(
    app,
    door,
    {
      ...{ path: PATH, params: FacilityPath, query: none, right: 'facility.read', answer: GreetingsOfFacility },
      summary: 'How a facility says its own name, in each language: G.711 mu-law, 8 kHz',
    },
    async ({ params: { facility } }) => {
      const set = await greetingsOf(door.db, facility);
      const one = (language: (typeof LANGUAGES)[number]) => set.find((greeting) => greeting.language === language);
      const nothing = { sequence: 0, since: null, sound: null };
      const items = LANGUAGES.map((language) => {
        const greeting = one(language);
        return greeting ? inWords(greeting) : { language, ...nothing };
      });
      return { items };
    },
  );
  change(
    app,
    door,
    {
      ...{ method: 'PUT', path: `${PATH}/:language`, right: 'facility.change' },
      ...{ params: GreetingPath, body: GreetingWanted, answer: GreetingOfFacility },
      summary: 'Have its phones say its name so, or as the files of each have it: from the next greeting on',
    },
    async ({ trx, at, params: { facility, language }, body: { sound } }) => {
      if (!greetings.keeps(facility))
        throw new HttpError(
          409,
          `nothing is given to phones of ${facility} here: name their keys in orders.${facility}`,
        );
      const bytes = sound === null ? null : Buffer.from(sound, 'base64');
      const fault = bytes && faultOf(bytes);
      if (fault) throw new HttpError(400, `sound: ${FAULTS[fault]}`);
      await lockFacility(trx, facility);
      const { before, after } = await setGreeting(trx, facility, language, bytes, at);
      return {
        answer: inWords(after),
        act: { what: 'greeting.set', subject: { language }, before: told(before), after: told(after) },
        afterwards: async () => {
          await greetings.readAnew(facility);
          desk.giveGreeting(facility, language);
        },
      };
    },
  );
}

const inWords = ({ facility: _, since, ...greeting }: CentralGreeting) => ({ ...greeting, since: momentText(since) });

/** In the trail stands how long it is, and by what it is known again. */
function told(greeting: CentralGreeting | null): object | null {
  if (greeting?.sound == null) return null;
  const bytes = Buffer.from(greeting.sound, 'base64');
  return { seconds: bytes.length / GREETING_RATE, sha256: createHash('sha256').update(bytes).digest('hex') };
}
