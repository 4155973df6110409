import { pino } from 'pino';
import { Subject } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { FacilityId } from '../../../src/protocol/units.ts';
import type { Voucher } from '../../../src/protocol/voucher.ts';
import type { MediaEvent, SayRequest } from '../../../src/terminal/audio/port.ts';
import type { PlatformPlace } from '../../../src/terminal/claiming/config.ts';
import { Unclaimed } from '../../../src/terminal/claiming/unclaimed.ts';
import { openSimulated, type SimulatedHardware } from '../../../src/terminal/hardware/simulated.ts';
import type { Employee } from '../../platform/people/desk.ts';
import { type County, newBox, openCounty } from '../../platform/terminals/claims/county.ts';
import { makeWorld, openTestDatabase, type Setup } from '../../platform/world.ts';

let setup: Setup;
let county: County;
let here: FacilityId;
let technician: Employee;
let hardware: SimulatedHardware;
let unclaimed: Unclaimed;
let place: PlatformPlace | null;
let kept: Voucher[];
/** All that was said in the handset, as the names of its recordings. */
let said: string[][];

beforeAll(async () => {
  const database = await openTestDatabase('embedded');
  setup = { kind: 'embedded', database, world: await makeWorld(database) };
  county = await openCounty(setup);
  here = await county.facility();
  technician = await county.desk.employ({ [here]: ['technician'] });
}, 120_000);
afterAll(async () => {
  await county?.close();
  await setup?.database.close();
});

beforeEach(async () => {
  const events = new Subject<MediaEvent>();
  said = [];
  kept = [];
  place = { url: county.desk.api.address, fingerprint: county.fingerprint };
  hardware = openSimulated();
  const say = ({ call, say, clips }: SayRequest) => {
    said.push([...clips]);
    setTimeout(() => events.next({ type: 'said', call, say }), 10);
  };
  unclaimed = new Unclaimed({
    box: await newBox(`serial-${Math.random()}`),
    hardware,
    media: { events, say, hush: () => undefined, keyBeep: () => undefined },
    find: async () => place,
    keep: async (voucher) => {
      kept.push(voucher);
    },
    log: pino({ level: 'silent' }),
  });
});
afterEach(async () => {
  unclaimed.close();
  await hardware.close();
});

const DIGITS = /^n\d$/;
/** The code as it was said last: six digits, and the same once more. */
async function codeHeard(but = ''): Promise<string> {
  await expect
    .poll(() => lastCode(), { timeout: 20_000 })
    .toSatisfy((code: string) => code.length === 6 && code !== but);
  return lastCode();
}
function lastCode(): string {
  const clips = said.findLast((all) => all.includes('its-code-is')) ?? [];
  const digits = clips.filter((clip) => DIGITS.test(clip)).map((clip) => clip.slice(1));
  expect(digits.slice(6)).toEqual(digits.slice(0, 6));
  return digits.slice(0, 6).join('');
}
const heard = (clip: string) => expect.poll(() => said.flat(), { timeout: 20_000 }).toContain(clip);
const claim = (code: string, terminal: string) =>
  technician.browser.post(`/api/facilities/${here}/claims`, { code, terminal });

test('whoever lifts the handset hears a code, again and again, and that it is done once that was typed', async () => {
  hardware.lift();
  const code = await codeHeard();
  await expect.poll(() => said.filter((clips) => clips.includes('its-code-is')).length, { timeout: 20_000 }).toBe(2);
  expect(lastCode()).toBe(code);
  expect(await claim(code, 't1')).toMatchObject({ status: 201 });
  const voucher = await unclaimed.claimed;
  expect(kept).toEqual([voucher]);
  expect(voucher.terminal).toBe('t1');
  expect(said.at(-1)).toEqual(['phone-is-claimed']);
});

test('a code goes on after the handset is hung up, for who types it then', async () => {
  hardware.lift();
  const code = await codeHeard();
  hardware.hangUp();
  await claim(code, 't2');
  expect((await unclaimed.claimed).terminal).toBe('t2');
});

test('where no platform is found it says so, and tries again while somebody listens', async () => {
  const found = place;
  place = null;
  hardware.lift();
  await heard('no-platform');
  place = { url: 'http://127.0.0.1:9' };
  await heard('no-platform');
  place = found;
  await codeHeard();
});

test('a code that has run out makes room for the next', async () => {
  hardware.lift();
  const first = await codeHeard();
  county.desk.pass(600_000);
  const second = await codeHeard(first);
  expect(await claim(first, 't3')).toMatchObject({ status: 404 });
  expect(await claim(second, 't3')).toMatchObject({ status: 201 });
  await unclaimed.claimed;
});

test('a platform of which it has no fingerprint is believed by four digits that are keyed, and not by others', async () => {
  place = { url: county.desk.api.address };
  hardware.lift();
  const first = await codeHeard();
  const { body } = await claim(first, 't4');
  await heard('key-page-digits');
  const wrong = body.answer === '0000' ? '1111' : '0000';
  for (let n = 0; n < 3; n += 1) for (const key of wrong) hardware.press(key as '0');
  await heard('page-digits-wrong');
  expect(kept).toEqual([]);
  const second = await codeHeard(first);
  const again = await claim(second, 't4');
  await expect
    .poll(() => said.filter((clips) => clips.includes('key-page-digits')).length, { timeout: 20_000 })
    .toBeGreaterThan(1);
  for (const key of again.body.answer) hardware.press(key);
  expect((await unclaimed.claimed).terminal).toBe('t4');
});
