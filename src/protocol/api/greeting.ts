import { z } from 'zod';
import { GreetingSound } from '../greeting.ts';
import { FacilityId, Language } from '../units.ts';
import { Moment } from './wire.ts';

export const GreetingPath = z.object({ facility: FacilityId, language: Language });

/** How a facility says its own name in the greeting; null: as the files of each phone have it. */
export const GreetingWanted = z.strictObject({ sound: GreetingSound.nullable() });

/** As it was set in one language; 0 before it ever was. */
export const GreetingOfFacility = z.strictObject({
  language: Language,
  sequence: z.int().min(0),
  since: Moment.nullable(),
  sound: GreetingSound.nullable(),
});
export type GreetingOfFacility = z.infer<typeof GreetingOfFacility>;

/** In each language. */
export const GreetingsOfFacility = z.strictObject({ items: z.array(GreetingOfFacility) });
