import type { KeyObject } from 'node:crypto';
import type { FacilityId } from '../../../protocol/units.ts';
import { Judge } from './judge.ts';
import { OpenPrints } from './open-prints.ts';
import { shippedBackends, shippedCalibration } from './shipped.ts';

/** What voices are judged with, and the key under which they are at rest. */
export interface Judging {
  readonly key: KeyObject;
  readonly judge: Judge;
  /** Prints that voices are compared with in the course of calls. */
  readonly open: OpenPrints;
}

/** With the models that we ship. */
export const judgingWith = (key: KeyObject): Judging => ({
  key,
  judge: new Judge(shippedBackends(), shippedCalibration()),
  open: new OpenPrints(),
});

/** A facility asks for voices: there must be a key for them. @throws Error in one line */
export function mustHave<T>(key: T | null, facility: FacilityId): T {
  if (key !== null) return key;
  throw new Error(
    `facility ${facility} asks for voices (voice: in its file): keys.voiceprints must name the file of the secret under which voiceprints are encrypted, as \`tierphone keys\` makes it`,
  );
}
