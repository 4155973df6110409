import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Instant } from '../../../src/protocol/units.ts';
import { aedes, type Broker, hasMosquitto, mosquitto } from './brokers.ts';
import { now, Phone, REPORT, until } from './phone.ts';

/** A phone that was switched on a minute later. */
const later = () => (now() + 60_000) as Instant;

describe.each([
  ['aedes', aedes, true],
  ['mosquitto', mosquitto, hasMosquitto],
] as const)('a second client with the id of a phone over %s', (_, start, there) => {
  describe.skipIf(!there)('', () => {
    let broker: Broker;
    let phone: Phone;
    beforeAll(async () => {
      broker = await start();
    });
    afterAll(() => broker.kill());
    beforeEach(async () => {
      phone = await (await Phone.make()).start(broker.url);
      phone.fleet.report(REPORT);
      await phone.up();
      await phone.fleet.roundTrip();
    });
    afterEach(() => phone.remove());

    test('is named by the phone that was there before, and by the one that came', async () => {
      const other = await (await Phone.make(phone.facility)).start(broker.url, 20_000, later);
      other.fleet.report(REPORT);
      await until(() => phone.all('second-client').length > 0 && other.all('second-client').length > 0);
      expect(phone.all('second-client')[0]?.detail).toMatch(/^another client speaks as this phone at the broker/);
      await other.remove();
    });

    test('is not the phone itself, switched on again', async () => {
      await phone.stop();
      phone.tape.length = 0;
      await phone.start(broker.url);
      phone.fleet.report(REPORT);
      await phone.up();
      await phone.fleet.roundTrip();
      expect(phone.all('second-client')).toEqual([]);
    });
  });
});
