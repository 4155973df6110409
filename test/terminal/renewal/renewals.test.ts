import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { lifeOf } from '../../../src/protocol/phone-certificate.ts';
import type { FacilityId, Instant, Millis } from '../../../src/protocol/units.ts';
import type { Voucher } from '../../../src/protocol/voucher.ts';
import type { Box } from '../../../src/terminal/claiming/asking.ts';
import { type Held, Renewals } from '../../../src/terminal/renewal/renewals.ts';
import type { Employee } from '../../platform/people/desk.ts';
import { type County, newBox, openCounty } from '../../platform/terminals/claims/county.ts';
import { makeWorld, openTestDatabase, type Setup } from '../../platform/world.ts';

const DAY = 86_400_000;
let setup: Setup;
let county: County;
let here: FacilityId;
let technician: Employee;
let box: Box;
let voucher: Voucher;
let renewals: Renewals;
let kept: Held[];
let lines: string[];
/** How often the platform was asked what time it is. */
let asked: number;

beforeAll(async () => {
  const database = await openTestDatabase('embedded');
  setup = { kind: 'embedded', database, world: await makeWorld(database) };
  county = await openCounty(setup);
  county.doors.life = (90 * DAY) as Millis;
}, 120_000);
afterAll(async () => {
  await county?.close();
  await setup?.database.close();
});
beforeEach(async () => {
  here = await county.facility();
  technician = await county.desk.employ({ [here]: ['technician'] });
  box = await newBox(`serial-${Math.random()}`);
  const asking = await county.ask(box);
  await technician.browser.post(`/api/facilities/${here}/claims`, { code: asking.codes.code, terminal: 't1' });
  voucher = (await asking.voucher()) as Voucher;
  kept = [];
  lines = [];
  asked = 0;
});
afterEach(() => renewals.close());

/** A phone whose own clock says `own` at its start, ms off the platform's. */
function start(off = 0, places = [county.desk.api.address], keep = async (held: Held) => void kept.push(held)): void {
  const { certificate, ca } = voucher.mqtt;
  if (certificate === null) throw new Error('it has a certificate');
  const own = county.desk.clock.now + off;
  const began = performance.now();
  const { facility, terminal, platform } = voucher;
  renewals = new Renewals({
    phone: { facility, terminal, key: box.key, platform: platform.replies },
    held: { certificate, ca },
    places: async () => {
      asked += 1;
      return places;
    },
    keep,
    pauses: { first: 300, longest: 1_000 },
    log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line).msg) }),
    now: () => Math.round(own + performance.now() - began) as Instant,
  });
}
const LIMIT = { timeout: 20_000 };

test('what is due is renewed by itself, kept, and shown from the next connection on', async () => {
  county.desk.pass(70 * DAY);
  start();
  expect(renewals.read().cert).toBe(voucher.mqtt.certificate);
  await expect.poll(() => kept.length, LIMIT).toBe(1);
  expect(renewals.read()).toMatchObject({ cert: kept[0]?.certificate, ca: 'of the broker' });
  expect(lifeOf(kept[0]?.certificate ?? '').until).toBe(county.desk.clock.now + 90 * DAY);
  expect(asked).toBe(1);
});

test('it comes back a year after its certificate has run out, and from a clock that was never set', async () => {
  county.desk.pass(365 * DAY);
  start(-county.desk.clock.now);
  await expect.poll(() => kept.length, LIMIT).toBe(1);
  expect(lines.join()).toMatch(/this clock is \d+ days behind the platform's/);
  expect(asked).toBe(1);
});

test('a clock that is years ahead asks the time once, and renews nothing', async () => {
  start(3_650 * DAY);
  await expect.poll(() => lines.join(), LIMIT).toMatch(/this clock is 3650 days ahead of the platform's/);
  // The broker was tried meanwhile: what would have it ask by a clock that is wrong.
  renewals.tried('lost');
  renewals.tried('up');
  expect(kept).toEqual([]);
  expect(asked).toBe(1);
});

test('where the broker does not take it another is asked for, however young it is', async () => {
  county.desk.pass(DAY);
  start();
  expect(asked).toBe(0);
  renewals.tried('refused');
  await expect.poll(() => kept.length, LIMIT).toBe(1);
  // Refused with the next too: the same is given within the hour, and written once.
  await expect
    .poll(() => {
      renewals.tried('refused');
      return asked;
    }, LIMIT)
    .toBeGreaterThan(2);
  expect(kept).toHaveLength(1);
});

test('who has lost its place is told once, and keeps what it has', async () => {
  const gone = `/api/facilities/${here}/terminals/t1/decommission`;
  expect(await technician.browser.post(gone, { why: 'stolen' })).toMatchObject({ status: 200 });
  county.desk.pass(70 * DAY);
  start();
  await expect.poll(() => lines, LIMIT).toEqual([expect.stringMatching(/no new certificate.*claim it anew/)]);
  expect(renewals.read().cert).toBe(voucher.mqtt.certificate);
});

test('a platform that is away is asked again, then the next place that is known', async () => {
  county.desk.pass(70 * DAY);
  start(0, ['http://127.0.0.1:9', county.desk.api.address]);
  await expect.poll(() => kept.length, LIMIT).toBe(1);
});

test('one that cannot be stored holds all the same', async () => {
  county.desk.pass(70 * DAY);
  start(0, undefined, () => Promise.reject(new Error('the disk is full')));
  await expect.poll(() => lines.join(), LIMIT).toMatch(/holds but is not stored/);
  expect(renewals.read().cert).not.toBe(voucher.mqtt.certificate);
});
