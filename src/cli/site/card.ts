import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { PlatformKeys } from '../../protocol/keys.ts';
import { readYaml } from '../file.ts';
import type { Answers } from './answers.ts';
import { CARD, KEYS } from './places.ts';
import { urlOf } from './platform-file.ts';
import { put } from './put.ts';
import type { Step } from './step.ts';

/** By what a new phone finds its platform, and knows it. It is no secret. */
export interface Card {
  readonly url: string;
  readonly fingerprint: string;
}

/** @throws FileError before there are keys */
export function cardOf(answers: Pick<Answers, 'address'>): Card {
  const { replies } = readYaml(join(KEYS, 'platform.json'), PlatformKeys);
  return { url: urlOf(answers), fingerprint: replies[0]?.kid ?? '' };
}

/** The file for the card of a phone. */
export function cardStep(answers: Pick<Answers, 'address'>): Step {
  return {
    what: `for the boot partition of each phone: ${CARD}`,
    there: async () => existsSync(CARD),
    make: () => put(CARD, stringify(cardOf(answers), { lineWidth: 0 }), 'all'),
  };
}
