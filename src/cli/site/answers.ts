import { existsSync } from 'node:fs';
import { z } from 'zod';
import { Site } from '../../platform/facilities/site.ts';
import { SipHost, SipPort } from '../../protocol/trunk.ts';
import { FacilityId } from '../../protocol/units.ts';
import { readYaml } from '../file.ts';
import { KEPT, PLATFORM_FILE } from './places.ts';
import { put, putFolder } from './put.ts';
import type { Step } from './step.ts';

/** A name or an address, as a certificate names it. */
export const Address = z
  .string()
  .max(253)
  .regex(/^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/, {
    error: 'a name or an IPv4 address is wanted, as phones.pine-river.gov or 10.0.0.5',
  });

/** Where phones call. */
export const Exchange = z.strictObject({
  host: SipHost,
  port: SipPort.optional(),
  transport: z.enum(['udp', 'tcp', 'tls']),
});

/** All that a site is made of that is not made by chance. */
export const Answers = z.strictObject({
  facility: FacilityId,
  name: Site.shape.facility.shape.name,
  timeZone: Site.shape.facility.shape.timeZone,
  /** Its site file, as an absolute path; null: it has one unit, and the rest is set on the page. */
  site: z.string().nullable(),
  /** Under which phones and browsers reach this server. */
  address: Address,
  database: z.enum(['postgres', 'embedded']),
  /** What stands before it has TLS. */
  behindProxy: z.boolean(),
  /** Where phones call; null: each phone's own file says so. */
  exchange: Exchange.nullable(),
});
export type Answers = z.infer<typeof Answers>;

const FILE = `${KEPT}/answers.json`;

/** What this server was made for, or is being made for; null where nobody has begun. @throws FileError */
export const keptAnswers = (): Answers | null => (existsSync(FILE) ? readYaml(FILE, Answers) : null);

/** What is kept before anything is made: who goes on after a cut does not make half of it for another. */
export function answersStep(answers: Answers): Step {
  const { name, facility, timeZone, address } = answers;
  return {
    what: `${name} (${facility}, ${timeZone}), reached as ${address}: ${FILE}`,
    there: async () => {
      if (existsSync(FILE)) return true;
      if (existsSync(PLATFORM_FILE))
        throw new Error(`${PLATFORM_FILE}: is there, and was not made by site init: nothing is changed`);
      return false;
    },
    make: async () => {
      await putFolder(KEPT, 'root');
      await put(FILE, `${JSON.stringify(answers, null, 2)}\n`, 'root');
    },
  };
}
