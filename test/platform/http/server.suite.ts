import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HttpConfig } from '../../../src/platform/config.ts';
import { startApi } from '../../../src/platform/http/server.ts';
import { FacilityId, millis } from '../../../src/protocol/units.ts';
import { keyOf, makeTerminalKey } from '../../terminal-keys.ts';
import { ALL_RIGHTS, LOOKS, tokenOf } from '../people/machine.ts';
import { asker, audit, newCall, recordOf, type Setup, siteFile } from '../world.ts';

export function apiSuite(setup: () => Setup): void {
  let [staff, admin] = ['', ''];
  let api: Awaited<ReturnType<typeof startApi>>;
  const facility = `f-${randomUUID()}`;
  const hidden = newCall();
  const open = newCall();
  const at = (path: string, of: string = facility) => `/api/facilities/${of}/${path}`;
  const path = (call: string, terminal = 't1') => at(`records/${terminal}/${call}`);
  const itemsOf = async (url: string, token: string) => (await get(url, token)).body.items as Record<string, unknown>[];
  const log = pino({ level: 'silent' });
  const vitals = () => ({ broker: 'up' as const, facilities: [], counters: { request: 3 } });
  const config = HttpConfig.parse({ port: 0 });

  beforeAll(async () => {
    const { world } = setup();
    await world.import(siteFile(facility));
    const { db } = setup().database;
    [staff, admin] = [await tokenOf(db, 'Staff', LOOKS), await tokenOf(db, 'Admin', ALL_RIGHTS)];
    api = await startApi(config, world.control, vitals, log);
    const who = asker(facility);
    await world.identify(who, open, '12345937');
    await world.authorise(who, open);
    await world.store(who, recordOf(who, open, 60_000, world.clock.now));
    const tip = { ...recordOf(who, hidden, 0, world.clock.now), kind: 'hotline' as const, hidden: true, caller: null };
    await world.store(who, tip);
  });
  afterAll(() => api?.close());

  const get = async (path: string, token?: string, body?: unknown) => {
    const response = await fetch(`${api.address}${path}`, {
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    // What a body should look like is what each test says.
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('tells its health to anybody, and nothing else without a token', async () => {
    expect(await get('/health')).toEqual({
      status: 200,
      body: { status: 'ok', database: 'up', broker: 'up', facilities: [], counters: { request: 3 } },
    });
    for (const url of [at('records'), at('accounts'), at('callers'), path(open)]) {
      expect(await get(url)).toMatchObject({ status: 401 });
      expect(await get(url, 'a-wrong-token-given')).toMatchObject({ status: 401 });
    }
  });

  it('shows records as asked, those of tip lines to admins alone', async () => {
    const calls = async (token: string, query = '') =>
      (await itemsOf(`${at('records')}?${query}`, token)).map(({ call }) => call);
    expect(await calls(staff)).toEqual([open]);
    expect((await calls(admin)).sort()).toEqual([open, hidden].sort());
    expect(await calls(admin, '&caller=doe&terminal=t1&number=%2B12025550123')).toEqual([open]);
    expect(await calls(admin, '&caller=roe')).toEqual([]);
    const { lifted } = (await get(path(open), staff)).body;
    expect(await calls(staff, `&from=${lifted}`)).toEqual([open]);
    expect(await calls(staff, `&to=${lifted}`)).toEqual([]);
    expect(await calls(staff, '&ending=caller-hung-up&unit=a')).toEqual([open]);
    expect(await calls(staff, '&ending=no-balance')).toEqual([]);
    // Said as of a call that never was, by the same statement: neither words nor time tell one from the other.
    const nobody = newCall();
    const said = (call: string) => get(path(call), staff);
    expect(JSON.stringify(await said(hidden)).replace(hidden, nobody)).toBe(JSON.stringify(await said(nobody)));
    expect(await said(hidden)).toMatchObject({ status: 404 });
    expect(await get(path(hidden), admin)).toMatchObject({ status: 200, body: { kind: 'hotline' } });
    expect(await get(path(open, 't2'), staff)).toMatchObject({ status: 404 });
    expect(await get(path(open), staff)).toMatchObject({ body: { charged: '0.06', talked: 60_000 } });
  });

  it('shows staff a tip line as the lift that covers it, in all as such a lift is shown, and admins what it was', async () => {
    const { world } = setup();
    const [here, tip, tried] = [`f-${randomUUID()}`, newCall(), newCall()];
    await world.import(siteFile(here));
    const who = asker(here);
    const lift = { ...recordOf(who, tried, 0, world.clock.now), kind: 'attempt' as const, number: null };
    const ending = { reason: 'caller-timeout', during: 'pin' } as const;
    const attempt = { ...lift, answered: null, accepted: null, ending };
    const { language, caller, phases, ended } = attempt;
    const real = { ...recordOf(who, tip, 0, world.clock.now), kind: 'hotline' as const, hidden: true, caller: null };
    for (const call of [tip, tried]) await world.identify(who, call, '12345937');
    await world.store(who, attempt);
    await world.store(who, {
      ...real,
      ...{ lifted: attempt.lifted, talked: millis(60_000), charge: { kind: 'free' as const }, privileged: true },
      cover: { language, caller, phases, ended, ending },
    });
    const text = async (query: string) => JSON.stringify((await get(query, staff)).body);
    for (const query of ['', '&caller=doe', '&caller=roe', '&number=%2B12025550123', '&terminal=t1']) {
      const [one, other, none] = await itemsOf(`${at('records', here)}?${query}`, staff);
      expect(none).toBeUndefined();
      expect(JSON.stringify(one)?.replace(tip, tried)).toBe(JSON.stringify(other)?.replace(tip, tried));
    }
    expect(await itemsOf(`${at('records', here)}?caller=doe`, staff)).toHaveLength(2);
    const one = (call: string) => at(`records/${who.terminal}/${call}`, here);
    expect((await text(one(tip))).replace(tip, tried)).toBe(await text(one(tried)));
    expect((await get(one(tip), admin)).body).toMatchObject({ kind: 'hotline', hidden: true, number: '+12025550123' });
    expect(await itemsOf(`${at('records', here)}?caller=doe`, admin)).toHaveLength(1);
  });

  it('shows accounts with their postings, and callers without their PINs', async () => {
    const account = await get(at('accounts/family'), staff);
    expect(account.body).toMatchObject({
      balance: '2.94',
      held: '0.00',
      numbers: ['+12025550123', '+12025550124'],
      postings: [
        { kind: 'call', call: open, amount: '-0.06' },
        { kind: 'deposit', call: null, amount: '3.00' },
      ],
    });
    expect(await itemsOf(at('accounts'), staff)).toMatchObject([{ account: 'family', kind: 'prepaid' }]);
    const callers = await get(at('callers'), staff);
    expect(callers.body).toMatchObject({ items: [{ caller: 'doe', name: 'John Doe' }], next: null });
    expect(JSON.stringify(callers.body)).not.toMatch(/pin/i);
    expect((await get(at('callers/doe'), staff)).body).toMatchObject({ caller: 'doe', numbers: [] });
    expect(await get(at('callers/roe'), staff)).toMatchObject({ status: 404 });
  });

  it('gives every list in pieces that come to the whole', async () => {
    const { world } = setup();
    const here = `f-${randomUUID()}`;
    const callers = ['12345937', '22229307', '33339307'].map((pin, n) => ({ id: `c${n}`, name: `Caller ${n}`, pin }));
    await world.import(siteFile(here, (s) => Object.assign(s, { callers })));
    const who = asker(here);
    for (let n = 0; n < 3; n++)
      await world.store(who, { ...recordOf(who, newCall(), 0, world.clock.now), caller: null, number: null });
    for (const list of ['callers', 'records', 'accounts', 'blocks', 'voices', 'voice-erasures']) {
      const whole = await itemsOf(at(list, here), admin);
      const pieces: unknown[] = [];
      for (let next: unknown = ''; next !== null; ) {
        const { body } = await get(`${at(list, here)}?limit=1${next && `&after=${next}`}`, admin);
        pieces.push(...(body.items as unknown[]));
        next = body.next;
      }
      expect({ list, pieces }).toEqual({ list, pieces: whole });
    }
    expect(await itemsOf(at('records', here), admin)).toHaveLength(3);
    expect(await get(`${at('records', here)}?after=x`, admin)).toMatchObject({ status: 400 });
  });

  it('leaves a line for a look at what is sensitive, and none for another', async () => {
    const here = `f-${randomUUID()}`;
    await setup().world.import(siteFile(here));
    for (const url of ['callers', 'callers/doe', 'accounts', 'accounts/family', 'records', 'voices/doe'])
      for (const token of [staff, admin]) expect(await get(at(url, here), token)).toMatchObject({ status: 200 });
    const lines = await setup()
      .database.db.selectFrom('trail')
      .select(['what', 'actor_name', 'subject'])
      .where('chain', '=', FacilityId.parse(here))
      .orderBy('number')
      .execute();
    expect(lines.map(({ what, actor_name }) => `${what} ${actor_name}`)).toEqual([
      ...['caller.look Staff', 'caller.look Admin'],
      ...['account.look Staff', 'account.look Admin', 'tips.look Admin'],
      ...['voice.look Staff', 'voice.look Admin'],
    ]);
    expect(lines[0]?.subject).toEqual({ caller: 'doe' });
  });

  it('takes a deposit once, from an admin', async () => {
    const path = at('accounts/family/deposits');
    const order = { amount: '50.00', reference: 'receipt 17' };
    expect(await get(path, staff, order)).toMatchObject({ status: 403 });
    const receipt = { account: 'family', amount: '50.00', reference: 'receipt 17', balance: '52.94' };
    expect(await get(path, admin, order)).toMatchObject({ status: 201, body: { ...receipt, booked: true } });
    expect(await get(path, admin, order)).toMatchObject({ status: 201, body: { ...receipt, booked: false } });
    expect((await audit(setup().database)).get(`${facility}/family`)).toEqual({ balance: 52_940_000, held: 0 });
    const { db } = setup().database;
    const { made_by } = await db
      .selectFrom('transfers')
      .select('made_by')
      .where('reference', 'like', `%${facility}%receipt 17`)
      .executeTakeFirstOrThrow();
    expect(made_by).toBe('Admin from 127.0.0.1');
    expect(await get(at('accounts/nobody/deposits'), admin, order)).toMatchObject({ status: 404 });
  });

  it('lifts a block of a called party once, for an admin, and keeps who and why', async () => {
    const { world } = setup();
    const here = `f-${randomUUID()}`;
    const block = { pattern: '900-???-????', kind: 'facility' as const, note: 'premium' };
    await world.import(siteFile(here, (s) => Object.assign(s, { blocks: [block] })));
    const dial = async () => {
      const [who, call] = [asker(here), newCall()];
      await world.identify(who, call, '12345937');
      return { who, call, reply: await world.authorise(who, call) };
    };
    const { who, call } = await dial();
    const record = recordOf(who, call, 0, world.clock.now);
    const ending = { reason: 'blocked-by-callee', during: 'greeting', blocks: 'caller' } as const;
    await world.store(who, { ...record, ending });
    expect((await dial()).reply).toMatchObject({ reason: 'number-blocked' });

    const list = async (query = '') =>
      (await itemsOf(`${at('blocks', here)}?${query}`, staff)) as { id: number; kind: string }[];
    const blocks = await list();
    expect(blocks).toMatchObject([
      { kind: 'facility', caller: null },
      { kind: 'called-party', caller: 'doe', pattern: '+12025550123', note: `asked for during call ${call}` },
    ]);
    const [premium, theirs] = blocks.map(({ id }) => at(`blocks/${id}/lift`, here)) as [string, string];
    const wish = { why: 'she asked for it, called back at her number' };
    expect(await get(theirs, staff, wish)).toMatchObject({ status: 403 });
    expect(await get(theirs, admin, {})).toMatchObject({ status: 400 });
    expect(await get(premium, admin, wish)).toMatchObject({ status: 409 });
    expect(await get(theirs.replace(here, facility), admin, wish)).toMatchObject({ status: 404 });
    expect(await get(theirs, admin, wish)).toMatchObject({ status: 200 });
    expect(await get(theirs, admin, wish)).toMatchObject({ status: 409 });
    expect(await list()).toMatchObject([{ kind: 'facility' }]);
    expect(await list('&lifted=true')).toMatchObject([
      { kind: 'called-party', lifted_by: 'Admin from 127.0.0.1', lifted_why: wish.why },
    ]);
    const again = await dial();
    expect(again.reply).toMatchObject({ result: 'granted' });
    // Asked for again, it is there again.
    await world.store(who, { ...recordOf(who, again.call, 0, world.clock.now), ending });
    expect((await dial()).reply).toMatchObject({ reason: 'number-blocked' });
    expect(await list('&lifted=true')).toHaveLength(1);
  });

  it('shows a record as the platform has it, with what its phone says otherwise', async () => {
    const { world } = setup();
    const [who, call] = [asker(facility, 't4'), newCall()];
    await world.identify(who, call, '12345937');
    await world.authorise(who, call);
    const record = { ...recordOf(who, call, 0, world.clock.now), hidden: true, privileged: true };
    await world.store(who, record);
    const believed = {
      ...{ hidden: false, privileged: false },
      differs: [
        { field: 'privileged', phone: true, platform: false },
        { field: 'hidden', phone: true, platform: false },
      ],
    };
    expect(await get(path(call, 't4'), staff)).toMatchObject({ status: 200, body: believed });
    const flagged = await itemsOf(`${at('records')}?differs=true`, staff);
    expect(flagged).toMatchObject([{ call, ...believed }]);
    expect((await get(path(open), staff)).body).toMatchObject({ differs: [] });
  });

  it('accepts the key of a new phone for an admin, and keeps who and why', async () => {
    const { world } = setup();
    const who = asker(facility, 't3');
    await world.store(who, recordOf(who, newCall(), 0, world.clock.now));
    const [first, key] = [(await keyOf(who)).kid, (await makeTerminalKey()).kid];
    const keys = `/api/facilities/${facility}/terminals/t3/keys`;
    const wish = { why: 'a new phone was hung there' };
    expect(await get(keys)).toMatchObject({ status: 401 });
    expect((await get(keys, staff)).body).toMatchObject({ items: [{ thumbprint: first, state: 'in-force' }] });
    expect(await get(`${keys}/${key}/accept`, staff, wish)).toMatchObject({ status: 403 });
    expect(await get(`${keys}/${key}/accept`, admin, {})).toMatchObject({ status: 400 });
    expect(await get(`${keys}/short/accept`, admin, wish)).toMatchObject({ status: 400 });
    expect(await get(`${keys.replace('t3', 't9')}/${key}/accept`, admin, wish)).toMatchObject({ status: 404 });
    expect(await get(`${keys}/${key}/accept`, admin, wish)).toMatchObject({ status: 200 });
    expect(await get(`${keys}/${key}/accept`, admin, wish)).toMatchObject({ status: 409 });
    const known = (await get(keys, staff)).body.items as { thumbprint: string }[];
    expect(known.find(({ thumbprint }) => thumbprint === key)).toMatchObject({
      ...{ state: 'in-force', accepted_by: 'Admin from 127.0.0.1', accepted_why: wish.why },
    });
    expect(known.find(({ thumbprint }) => thumbprint === first)).toMatchObject({ state: 'replaced' });
  });

  it.each([
    ['records?limit=0', undefined, 'limit'],
    ['records?from=yesterday', undefined, 'from: a moment is wanted'],
    ['records?number=911', undefined, 'number: a number in international form'],
    ['records?colour=red', undefined, 'colour'],
    ['records/t/x', undefined, 'call'],
    ['accounts/a/deposits', { amount: 5, reference: 'r' }, 'amount'],
    ['accounts/a/deposits', { amount: '0', reference: 'r' }, 'amount: more than nothing'],
    ['accounts/a/deposits', '{"torn', 'JSON'],
  ])('refuses %s by naming what is wrong', async (path, body, why) => {
    const { status, body: answer } = await get(at(path), admin, body);
    expect(status).toBe(400);
    expect(answer.detail).toContain(why);
  });

  it('names a port that is taken', async () => {
    const { control } = setup().world;
    const port = Number(new URL(api.address).port);
    await expect(startApi({ ...config, port }, control, vitals, log)).rejects.toThrow(`127.0.0.1:${port} is taken`);
  });
}
