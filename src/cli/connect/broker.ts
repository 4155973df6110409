import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import type { PlatformConfig } from '../../platform/config.ts';
import { certificateFault } from '../../protocol/certificate.ts';
import { atBroker, type BrokerAccess } from '../broker.ts';
import { type Reached, there, wrong } from './reached.ts';

const PATIENCE = 10_000;

/**
 * Whether the broker lets a platform in, by each of its accounts, and shows phones a certificate that they will trust. `alive`: one that runs
 * has its lines already, and would be thrown off by another of its name.
 */
export async function reachBroker(mqtt: PlatformConfig['mqtt'], alive: boolean): Promise<Reached[]> {
  const { accounts, ...own } = mqtt;
  if (alive) return [there(`broker ${mqtt.url}: a platform of this name runs and has its line: it is not tried`)];
  const admin = accounts && { ...own, username: accounts.username, password: accounts.password };
  return [
    await login(own, 'no phone is answered'),
    ...(admin ? [await login(admin, 'no phone is given its account, and none is shut out')] : []),
    ...(accounts ? [await listener(accounts.phones, mqtt.ca)] : []),
  ];
}

async function login(access: BrokerAccess, why: string): Promise<Reached> {
  const who = access.username ?? 'nobody';
  try {
    await atBroker(access, async () => undefined);
    return there(`broker ${access.url}: lets ${who} in`);
  } catch (error) {
    const remedy = 'check url, user and password under mqtt: in the configuration, and whether the broker runs';
    return wrong(`broker, as ${who}: ${error instanceof Error ? error.message : String(error)}`, why, remedy);
  }
}

/** The listener of phones with certificates: we have none, so what it shows is all that is looked at. */
function listener(phones: string, ca: string | undefined): Promise<Reached> {
  const url = new URL(phones);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(url.port || 8883),
      servername: host,
      timeout: PATIENCE,
      ...(ca && { ca: readFileSync(ca) }),
    });
    const over = (reached: Reached) => {
      socket.destroy();
      resolve(reached);
    };
    const bad = (why: string) =>
      over(
        wrong(
          `broker for phones ${phones}: ${why}`,
          'no phone that is claimed comes to the broker',
          'check mqtt.accounts.phones, and that tierphone-phones.conf is in the broker’s configuration',
        ),
      );
    socket.once('secureConnect', () => over(there(`broker for phones ${phones}: answers`)));
    socket.once('timeout', () => bad('no answer'));
    socket.on('error', (error: Error & { code?: string }) => {
      const name = 'name phones by what its certificate is for, or have it made anew';
      bad(certificateFault(error, { host, ca: 'mqtt.ca', name }) ?? (error.message || String(error.code)));
    });
  });
}
