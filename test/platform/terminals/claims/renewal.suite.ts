import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Challenged } from '../../../../src/protocol/api/claims.ts';
import { signRenewal } from '../../../../src/protocol/attest.ts';
import { lifeOf } from '../../../../src/protocol/phone-certificate.ts';
import type { FacilityId, Millis, TerminalId } from '../../../../src/protocol/units.ts';
import type { Voucher } from '../../../../src/protocol/voucher.ts';
import type { Box } from '../../../../src/terminal/claiming/asking.ts';
import { askPlatform } from '../../../../src/terminal/renewal/ask.ts';
import { makePlatformKeys } from '../../../platform-keys.ts';
import type { Employee } from '../../people/desk.ts';
import type { Setup } from '../../world.ts';
import { type County, newBox, openCounty } from './county.ts';

const HOUR = 3_600_000;

export function renewalSuite(setup: () => Setup): void {
  let county: County;
  let here: FacilityId;
  let technician: Employee;
  const never = new AbortController().signal;
  beforeAll(async () => {
    county = await openCounty(setup());
    county.doors.life = (90 * 24 * HOUR) as Millis;
  }, 120_000);
  afterAll(() => county?.close());
  beforeEach(async () => {
    here = await county.facility();
    technician = await county.desk.employ({ [here]: ['technician'] });
  }, 60_000);
  /** Time that is longer than anybody stays signed in. */
  const pass = async (ms: number) => {
    county.desk.pass(ms);
    technician = await county.desk.employ({ [here]: ['technician'] });
  };

  const claimed = async (box: Box, more: object = {}): Promise<Voucher> => {
    const asking = await county.ask(box);
    const { code } = asking.codes;
    const answer = await technician.browser.post(`/api/facilities/${here}/claims`, { code, terminal: 't1', ...more });
    expect(answer).toMatchObject({ status: 201 });
    const voucher = await asking.voucher();
    if (voucher === null) throw new Error('there is no voucher yet');
    return voucher;
  };
  const hear = (box: Box, { facility, terminal, platform }: Voucher) =>
    askPlatform(county.desk.api.address, { facility, terminal, key: box.key, platform: platform.replies }, never);
  const renewed = async (box: Box, voucher: Voucher) => (await hear(box, voucher)).certificate();
  const post = async (renewal: string) => {
    const response = await fetch(`${county.desk.api.address}/api/certificates`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ renewal }) },
    });
    return { status: response.status, body: await response.json() };
  };
  const challenge = async () => {
    const response = await fetch(`${county.desk.api.address}/api/certificates/challenge`);
    return Challenged.parse(await response.json()).challenge;
  };

  it('is given to the key that is in force, for the same account, and leaves a line', async () => {
    const box = await newBox('1');
    const voucher = await claimed(box);
    expect(voucher.platform.url).toBe(county.desk.api.url);
    await pass(60 * 24 * HOUR);
    const { certificate, ca } = await renewed(box, voucher);
    expect(ca).toBe('of the broker');
    const subject = new X509Certificate(certificate).subject;
    expect(subject).toBe(new X509Certificate(voucher.mqtt.certificate ?? '').subject);
    const { until } = lifeOf(certificate);
    expect(until - county.desk.clock.now).toBe(90 * 24 * HOUR);
    const [line] = await county.desk.lines('certificate.renew', here);
    expect(line).toMatchObject({ subject: { terminal: 't1' }, after: { until: new Date(until).toISOString() } });
    const { body } = await technician.browser.get(`/api/facilities/${here}/claims`);
    expect(Date.parse(body.items[0].certified_until)).toBe(until);
  });

  it('comes back by its key alone, a year after its certificate has run out', async () => {
    const box = await newBox('2');
    const voucher = await claimed(box);
    county.desk.pass(365 * 24 * HOUR);
    const heard = await hear(box, voucher);
    expect(heard.at).toBe(county.desk.clock.now);
    expect(lifeOf((await heard.certificate()).certificate).until).toBeGreaterThan(heard.at);
  });

  it('is the same for who asks again within the hour: to replay a request changes nothing', async () => {
    const box = await newBox('3');
    const voucher = await claimed(box);
    county.desk.pass(2 * HOUR);
    const all = await Promise.all(Array.from({ length: 10 }, () => renewed(box, voucher)));
    expect(new Set(all.map(({ certificate }) => certificate)).size).toBe(1);
    expect(all[0]?.certificate).not.toBe(voucher.mqtt.certificate);
    expect(await county.desk.lines('certificate.renew', here)).toHaveLength(1);
    county.desk.pass(2 * HOUR);
    expect((await renewed(box, voucher)).certificate).not.toBe(all[0]?.certificate);
  });

  it('is not given to a box that was replaced, taken out of service, or whose key staff replaced', async () => {
    const [first, second] = [await newBox('4'), await newBox('5')];
    const old = await claimed(first);
    const now = await claimed(second, { replace: true });
    const before = county.control.counters.all()['renewal-refused'] ?? 0;
    await expect(renewed(first, old)).rejects.toMatchObject({
      status: 403,
      message: expect.stringMatching(/claim it anew/),
    });
    expect(county.control.counters.all()['renewal-refused']).toBe(before + 1);
    await pass(2 * HOUR);
    await renewed(second, now);
    // Nor as the phone of a place that it is not.
    await expect(renewed(second, { ...now, terminal: 't2' as TerminalId })).rejects.toMatchObject({ status: 403 });
    const gone = `/api/facilities/${here}/terminals/t1/decommission`;
    expect(await technician.browser.post(gone, { why: 'drowned' })).toMatchObject({ status: 200 });
    await expect(renewed(second, now)).rejects.toMatchObject({ status: 403 });
    const third = await newBox('6');
    const other = await claimed(third);
    await county.desk.db.updateTable('terminal_keys').set({ state: 'replaced' }).where('facility', '=', here).execute();
    await expect(renewed(third, other)).rejects.toMatchObject({ status: 403 });
  });

  it('is not given by a request that is not for this platform, not of now, or by another key', async () => {
    const box = await newBox('7');
    const { facility, terminal } = await claimed(box);
    const asks = async (more: object = {}, by = box) =>
      post(await signRenewal({ challenge: await challenge(), facility, terminal, ...more }, by.key));
    expect(await asks()).toMatchObject({ status: 200 });
    const late = await signRenewal({ challenge: await challenge(), facility, terminal }, box.key);
    county.desk.pass(301_000);
    expect(await post(late)).toMatchObject({ status: 403, body: { detail: expect.stringMatching(/run out/) } });
    expect(await asks({ challenge: 'eyJ.eyJ.x' })).toMatchObject({ status: 403 });
    expect(await asks({}, await newBox('8'))).toMatchObject({ status: 403 });
    expect(
      await post(`${await signRenewal({ challenge: await challenge(), facility, terminal }, box.key)}x`),
    ).toMatchObject({ status: 403 });
    expect(await post('not signed')).toMatchObject({ status: 403 });
    expect(await asks({ more: 'than there is' })).toMatchObject({ status: 403 });
  });

  it('is not believed from another platform, nor for another request', async () => {
    const box = await newBox('9');
    const voucher = await claimed(box);
    const stranger = (await makePlatformKeys()).known.replies;
    const strange = { ...voucher, platform: { ...voucher.platform, replies: [...stranger] } };
    await expect(hear(box, strange)).rejects.toThrow(/another platform/);
  });

  it('asks again where none can be made now', async () => {
    const box = await newBox('10');
    const voucher = await claimed(box);
    county.doors.fault = 'before';
    await expect(renewed(box, voucher)).rejects.toMatchObject({ status: 503 });
    await renewed(box, voucher);
  });
}
