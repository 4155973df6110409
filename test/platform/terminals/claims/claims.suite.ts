import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { meetBox, openBox } from '../../../../src/platform/terminals/claims/boxes.ts';
import type { FacilityId } from '../../../../src/protocol/units.ts';
import { type Asking, askForCode, type Box } from '../../../../src/terminal/claiming/asking.ts';
import { doorAt } from '../../../../src/terminal/claiming/door.ts';
import { makePlatformKeys } from '../../../platform-keys.ts';
import type { Employee } from '../../people/desk.ts';
import type { Setup } from '../../world.ts';
import { type County, newBox, openCounty } from './county.ts';

export function claimSuite(setup: () => Setup): void {
  let county: County;
  let here: FacilityId;
  let [technician, colleague]: Employee[] = [];
  beforeAll(async () => {
    county = await openCounty(setup());
  }, 120_000);
  afterAll(() => county?.close());

  beforeEach(async () => {
    here = await county.facility();
    [technician, colleague] = [
      await county.desk.employ({ [here]: ['technician'] }),
      await county.desk.employ({ [here]: ['technician'] }),
    ];
    await county.desk.db.deleteFrom('boxes').execute();
    await county.desk.db.deleteFrom('claim_tries').execute();
  }, 60_000);

  const claim = (code: string, more: object = { terminal: 't1' }, by = technician) => {
    if (!by) throw new Error('nobody is there');
    return by.browser.post(`/api/facilities/${here}/claims`, { code, ...more });
  };
  const claimed = async (box: Box, more: object = { terminal: 't1' }) => {
    const asking = await county.ask(box);
    expect(await claim(asking.codes.code, more)).toMatchObject({ status: 201 });
    return { asking, voucher: await mustHave(asking) };
  };
  const mustHave = async (asking: Asking) => {
    const voucher = await asking.voucher();
    if (voucher === null) throw new Error('there is no voucher yet');
    return voucher;
  };

  it('has a box be the phone of a place by six digits, and leaves a line for each step', async () => {
    const box = await newBox('1000');
    const asking = await county.ask(box);
    expect(asking.codes.code).toMatch(/^\d{6}$/);
    expect(await asking.voucher()).toBeNull();
    const { status, body } = await claim(`${asking.codes.code.slice(0, 3)} ${asking.codes.code.slice(3)}`, {
      ...{ terminal: 'A-9', unit: 'a' },
    });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { facility: here, unit: 'a', terminal: 'A-9', says: box.says, answer: null, replaced: null },
    });
    const voucher = await mustHave(asking);
    expect(voucher).toMatchObject({
      ...{ facility: here, unit: 'a', terminal: 'A-9', key: box.key.kid, obeys: { root: county.rootPublic } },
      ...{ mqtt: { url: 'mqtts://broker.example:8883', username: `terminal/${here}/A-9` } },
      platform: { replies: [{ kid: county.fingerprint }] },
    });
    expect(county.doors.letsIn(voucher)).toBe(true);
    const keys = await technician?.browser.get(`/api/facilities/${here}/terminals/A-9/keys`);
    expect(keys?.body.items).toMatchObject([{ thumbprint: box.key.kid, state: 'in-force' }]);
    const list = await technician?.browser.get(`/api/facilities/${here}/claims`);
    expect(list?.body.items).toMatchObject([{ terminal: 'A-9', says: { serial: '1000' } }]);
    expect(await county.desk.lines('phone.claim', here)).toMatchObject([{ subject: { terminal: 'A-9' } }]);
    const [issued] = await county.desk.lines('voucher.issue', here);
    expect(JSON.stringify(issued)).not.toContain(voucher.mqtt.password);
  });

  it('tells staff where it is found and by which fingerprint it is known, and nobody else', async () => {
    const place = await technician?.browser.get('/api/platform');
    expect(place?.body).toEqual({ url: county.desk.api.url, fingerprint: county.fingerprint });
    expect((await fetch(`${county.desk.api.address}/api/platform`)).status).toBe(401);
  });

  it('takes a box that comes a second time for what it did not get the first time', async () => {
    const { asking, voucher } = await claimed(await newBox('1001'));
    const again = await mustHave(asking);
    expect(county.doors.letsIn(again)).toBe(true);
    expect(county.doors.letsIn(voucher)).toBe(false);
  });

  it('has the same answer for a technician who presses twice, and no other for the same code', async () => {
    const asking = await county.ask(await newBox('1002'));
    const first = await claim(asking.codes.code);
    expect(await claim(asking.codes.code)).toMatchObject({ status: 201, body: first.body });
    expect(await claim(asking.codes.code, { terminal: 't2' })).toMatchObject({ status: 409 });
  });

  it('gives a place to one of two who claim at once, and a box to one of two places', async () => {
    const [one, two] = [await county.ask(await newBox('1')), await county.ask(await newBox('2'))];
    const place = await Promise.all([claim(one.codes.code), claim(two.codes.code, { terminal: 't1' }, colleague)]);
    expect(place.map(({ status }) => status).sort()).toEqual([201, 409]);
    const box = await county.ask(await newBox('3'));
    const places = await Promise.all([
      claim(box.codes.code, { terminal: 't2' }),
      claim(box.codes.code, { terminal: 't3' }, colleague),
    ]);
    expect(places.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('has the box before be dead at once where another takes its place, which must be said', async () => {
    const [old, next] = [await newBox('2000'), await newBox('2001')];
    const { voucher, asking } = await claimed(old);
    const coming = await county.ask(next);
    const refused = await claim(coming.codes.code);
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/serial 2000.*replaces/) } });
    expect(county.doors.letsIn(voucher)).toBe(true);
    expect(await claim(coming.codes.code, { terminal: 't1', replace: true })).toMatchObject({
      ...{ status: 201, body: { replaced: '2000' } },
    });
    await expect.poll(() => county.doors.letsIn(voucher)).toBe(false);
    await expect(asking.voucher()).rejects.toThrow(/taken its place/);
    expect(county.doors.letsIn(await mustHave(coming))).toBe(true);
    expect(county.doors.letsIn(voucher)).toBe(false);
    const keys = await technician?.browser.get(`/api/facilities/${here}/terminals/t1/keys`);
    expect(keys?.body.items.map(({ state }: { state: string }) => state).sort()).toEqual(['in-force', 'replaced']);
  });

  it('frees the place that a box leaves for another', async () => {
    const box = await newBox('2100');
    const { voucher } = await claimed(box);
    const moved = await claimed(box, { terminal: 't2' });
    await expect.poll(() => county.doors.letsIn(voucher)).toBe(false);
    expect(county.doors.letsIn(moved.voucher)).toBe(true);
    const list = await technician?.browser.get(`/api/facilities/${here}/claims`);
    expect(list?.body.items).toMatchObject([{ terminal: 't2' }]);
    expect(await county.desk.lines('phone.leave', here)).toMatchObject([{ subject: { terminal: 't1' } }]);
  });

  it('takes what a box had in another place before it is given anything, since the broker knows it by its key', async () => {
    const box = await newBox('2150');
    await claimed(box);
    // What is taken away at once does not come through: it stays due until the box asks.
    county.doors.fault = 'before';
    const asking = await county.ask(box);
    await claim(asking.codes.code, { terminal: 't2' });
    await expect.poll(() => county.doors.fault).toBe('none');
    expect(county.doors.letsIn(await mustHave(asking))).toBe(true);
    const due = await county.desk.db.selectFrom('accounts_due').selectAll().execute();
    expect(due.filter(({ facility }) => facility === here)).toEqual([]);
  });

  it('takes a phone out of service: nothing of it works any more', async () => {
    const { voucher, asking } = await claimed(await newBox('2200'));
    const gone = `/api/facilities/${here}/terminals/t1/decommission`;
    expect(await technician?.browser.post(gone, { why: 'drowned' })).toMatchObject({ status: 200 });
    await expect.poll(() => county.doors.letsIn(voucher)).toBe(false);
    await expect(asking.voucher()).rejects.toThrow(/taken its place/);
    expect(await technician?.browser.post(gone, { why: 'drowned' })).toMatchObject({ status: 404 });
  });

  it('knows the place of a box that was announced by its serial number, and asks for one otherwise', async () => {
    const announced = { items: [{ serial: '3000', unit: 'a', terminal: 'A-7' }] };
    const { status } = (await technician?.browser.ask('PUT', `/api/facilities/${here}/announced`, announced)) ?? {};
    expect(status).toBe(200);
    expect(await claim((await county.ask(await newBox('3000'))).codes.code, {})).toMatchObject({
      ...{ status: 201, body: { terminal: 'A-7', unit: 'a' } },
    });
    expect((await technician?.browser.get(`/api/facilities/${here}/announced`))?.body.items).toEqual([]);
    expect(await claim((await county.ask(await newBox('3001'))).codes.code, {})).toMatchObject({
      ...{ status: 422, body: { detail: expect.stringMatching(/3001 was not announced/) } },
    });
  });

  it('lets nobody guess: ten wrong codes in ten minutes, and a code holds as long', async () => {
    const asking = await county.ask(await newBox('4000'));
    const wrong = (n: number) => String((Number(asking.codes.code) + n) % 1_000_000).padStart(6, '0');
    for (let n = 1; n <= 10; n += 1) expect(await claim(wrong(n))).toMatchObject({ status: 404 });
    expect(await claim(asking.codes.code)).toMatchObject({ status: 429 });
    expect(await claim(asking.codes.code, { terminal: 't1' }, colleague)).toMatchObject({ status: 201 });
    const late = await county.ask(await newBox('4001'));
    county.desk.pass(600_000);
    expect(await claim(late.codes.code, { terminal: 't2' })).toMatchObject({ status: 404 });
    await expect(late.voucher()).rejects.toThrow(/run out/);
  });

  it('hands nothing to whom the box is not', async () => {
    const { asking } = await claimed(await newBox('5000'));
    const id = (await mustHave(asking)).box;
    const door = doorAt(county.desk.api.address);
    await expect(door.voucher(id, 'eyJ.eyJ.x')).rejects.toThrow(/proof/);
    await expect(door.open(id, 'A'.repeat(43))).rejects.toThrow(/nonce/);
    // With a proof that it heard of another asking.
    const heard: string[] = [];
    const proofs = await askForCode(
      {
        ...door,
        voucher: (id, proof) => {
          heard.push(proof);
          return door.voucher(id, proof);
        },
      },
      await newBox('5001'),
      county.fingerprint,
    );
    await proofs.voucher();
    await expect(door.voucher(id, heard[0] ?? '')).rejects.toThrow(/another key/);
  });

  it('is no use to a false platform on the way: with a fingerprint it is known, without one the digits are others', async () => {
    const stranger = await openFalse(county);
    const box = await newBox('6000');
    await expect(askForCode(doorAt(stranger.url), box, county.fingerprint)).rejects.toThrow(/another platform/);
    const fooled = await askForCode(doorAt(stranger.url), box, null);
    const relayed = stranger.asking();
    // The digits that are heard are no box's here, and those of the stranger's own box are heard nowhere.
    expect(fooled.codes.code).not.toBe(relayed.codes.code);
    expect(await claim(fooled.codes.code)).toMatchObject({ status: 404 });
    await stranger.close();
  });

  it('asks who was found without a fingerprint for four digits that the page shows', async () => {
    const asking = await county.ask(await newBox('6100'), null);
    expect(await claim(asking.codes.code)).toMatchObject({ status: 201, body: { answer: asking.codes.answer } });
    expect(asking.codes.answer).toMatch(/^\d{4}$/);
  });

  it('asks again where broker or exchange are away, and what must be taken away stays due', async () => {
    const asking = await county.ask(await newBox('7000'));
    await claim(asking.codes.code);
    county.doors.fault = 'after';
    await expect(asking.voucher()).rejects.toThrow(/ask again/);
    const voucher = await mustHave(asking);
    expect(county.doors.letsIn(voucher)).toBe(true);
    county.doors.fault = 'before';
    await technician?.browser.post(`/api/facilities/${here}/terminals/t1/decommission`, { why: 'stolen' });
    await expect.poll(() => county.alarms).toContain('accounts-left');
    expect(county.doors.letsIn(voucher)).toBe(true);
    const next = await claimed(await newBox('7001'));
    expect(county.doors.letsIn(next.voucher)).toBe(true);
    expect(county.doors.letsIn(voucher)).toBe(false);
  });
}

/** Somebody on the network who says that he is the platform, and asks the real one with a box of his own. */
async function openFalse(county: County) {
  const own = await newBox('false');
  let relayed: Asking | null = null;
  const { own: keys } = await makePlatformKeys();
  const server = createServer((request, response) => {
    let sent = '';
    request.on('data', (piece) => {
      sent += piece;
    });
    request.on('end', async () => {
      const { db } = county.desk;
      const key = keys.replies;
      const at = county.desk.clock.now;
      const answer = await db.transaction().execute(async (trx) => {
        const body = JSON.parse(sent);
        if (request.url === '/api/boxes') return meetBox(trx, body, { origin: 'false', at, key });
        await openBox(trx, request.url?.split('/')[3] ?? '', body.nonce, at, key);
        return { waits: true };
      });
      if (request.url === '/api/boxes') relayed = await county.ask(own);
      // His own tables are none of the real platform's.
      else await db.deleteFrom('boxes').where('origin', '=', 'false').execute();
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asking: () => {
      if (relayed === null) throw new Error('nothing was relayed');
      return relayed as Asking;
    },
    close: () => new Promise((closed) => server.close(closed)),
  };
}
