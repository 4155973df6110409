import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { Instant, Millis } from '../../protocol/units.ts';
import { Address } from './answers.ts';
import { KEPT, MOSQUITTO, OWN, SERVERS_CA } from './places.ts';
import { put, putFolder, type Readers } from './put.ts';
import type { Step } from './step.ts';
import type { User } from './users.ts';

const DAY = 86_400_000;
/** Apple's browsers believe none that is good for longer than 825 days. */
const OF_PAGE = (820 * DAY) as Millis;
/** Nobody sits before a phone that could be asked. */
const OF_BROKER = (3_650 * DAY) as Millis;

const AUTHORITY_KEY = `${KEPT}/servers-ca.key`;
const PAGE = { cert: `${OWN}/tls/page.crt`, key: `${OWN}/tls/page.key` };
const BROKER = { cert: `${MOSQUITTO}/certs/broker.crt`, key: `${MOSQUITTO}/certs/broker.key` };

const text = (file: string) => readFile(file, 'utf8');
const now = () => Date.now() as Instant;
// Loaded when it is wanted: what makes certificates takes longer to load than most commands take.
const library = () => import('./authority.ts');

/** Whose certificates the servers have: its key is for root alone. */
export function authorityStep(site: string, platform: User): Step {
  return {
    what: `authority of this site's servers: ${SERVERS_CA}`,
    there: async () => existsSync(SERVERS_CA),
    make: async () => {
      const { makeServerKey, makeServersAuthority } = await library();
      if (!existsSync(AUTHORITY_KEY)) await put(AUTHORITY_KEY, await makeServerKey(), 'root');
      await putFolder(dirname(SERVERS_CA), { group: platform });
      await put(SERVERS_CA, await makeServersAuthority(await text(AUTHORITY_KEY), site, now()), 'all');
    },
  };
}

/** The certificate of the pages of staff. */
export const pageStep = (address: string, platform: User): Step =>
  certificateStep('the page', PAGE, { names: namesOf(address), life: OF_PAGE, readers: { group: platform } });

/** The certificate of the broker, which the platform reaches on this machine. */
export const brokerStep = (address: string, broker: User): Step =>
  certificateStep('the broker', BROKER, { names: namesOf(address), life: OF_BROKER, readers: { group: broker } });

/** By which this machine is reached, from elsewhere and from itself. */
const namesOf = (address: string): string[] => [
  ...new Set([address, ...(Address.safeParse(hostname()).success ? [hostname()] : []), 'localhost', '127.0.0.1']),
];

interface Wanted {
  readonly names: readonly string[];
  readonly life: Millis;
  /** Of its key. */
  readonly readers: Readers;
}

/** A certificate that is of other names, or near its end, is made anew for the same key. */
function certificateStep(
  whose: string,
  { cert, key }: { readonly cert: string; readonly key: string },
  { names, life, readers }: Wanted,
): Step {
  return {
    what: `certificate of ${whose} for ${names.join(', ')}: ${cert}`,
    there: async () => {
      if (![cert, key, SERVERS_CA].every((file) => existsSync(file))) return false;
      const { isGoodFor } = await library();
      return isGoodFor(await text(cert), await text(SERVERS_CA), names, now());
    },
    make: async () => {
      const { certifyServer, makeServerKey } = await library();
      if (!existsSync(key)) await put(key, await makeServerKey(), readers);
      const authority = { key: await text(AUTHORITY_KEY), certificate: await text(SERVERS_CA) };
      await put(cert, await certifyServer(authority, await text(key), { names, now: now(), life }), 'all');
    },
  };
}
