import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { certify } from '../../../src/platform/terminals/certificates/certificate.ts';
import type { BrokerLogin } from '../../../src/protocol/broker.ts';
import { FacilityId, type Instant, type Millis, TerminalId, UnitId } from '../../../src/protocol/units.ts';
import { Connection } from '../../../src/terminal/fleet/connection.ts';
import { Deployed } from '../../platform/terminals/broker/deployed.ts';
import { phoneKey } from '../../platform/terminals/broker/phone-key.ts';
import { hasDeployable } from '../../process/mosquitto.ts';

const place = { facility: FacilityId.parse('pine-river'), unit: UnitId.parse('B'), terminal: TerminalId.parse('B-1') };

describe.skipIf(!hasDeployable)('a certificate that Mosquitto does not take', () => {
  let deployed: Deployed;
  let connection: Connection | null = null;
  let phone: Awaited<ReturnType<typeof phoneKey>>;
  let login: BrokerLogin;
  beforeAll(async () => {
    deployed = await Deployed.open();
    phone = await phoneKey();
    login = await deployed.accounts.give(place, phone.known);
  }, 60_000);
  afterEach(() => connection?.close());
  afterAll(() => deployed?.close());

  /** What becomes of the first try. */
  const tryWith = (cert: string, ca = login.ca) =>
    new Promise<[outcome: string, why: string]>((resolve) => {
      const lines: string[] = [];
      const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line).msg) });
      connection = new Connection({
        url: login.url,
        certificate: {
          read: () => ({ cert, key: phone.pem, ...(ca !== undefined && { ca }) }),
          tried: (outcome) => resolve([outcome, lines.join()]),
        },
        ...{ clientId: login.username, topics: ['tierphone/v1/pine-river/lockdown'] },
        will: () => ({ topic: 'tierphone/v1/pine-river/terminals/B-1/status', payload: '{}' }),
        receive: async () => undefined,
        changed: () => undefined,
        log,
      });
    });
  const life = 90_000_000 as Millis;

  it('is taken as it is given', async () => {
    expect(await tryWith(login.certificate)).toEqual(['up', '']);
  });

  it('has run out: the phone is told so, and knows it from a broker that is away', async () => {
    const now = (Date.now() - 2 * life) as Instant;
    const old = await certify(deployed.phones, place, phone.known, { now, life });
    const [outcome, why] = await tryWith(old);
    expect(outcome).toBe('refused');
    expect(why).toMatch(/does not take the certificate that it is shown: it has run out/);
  });

  it('is by an authority that the broker does not know any more', async () => {
    const { certificate } = await deployed.stranger(login, place, phone.known);
    expect((await tryWith(certificate))[0]).toBe('refused');
  });

  it('is good, and the broker has one of another authority: the new one comes with the next', async () => {
    expect((await tryWith(login.certificate, login.certificate))[0]).toBe('refused');
  });
});
