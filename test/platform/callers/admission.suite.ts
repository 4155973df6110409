import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CallerId, FacilityId } from '../../../src/protocol/units.ts';
import { openAsking } from '../http/asking.ts';
import { asker, newCall, type Setup, siteFile } from '../world.ts';

const HOUR = 3_600_000;
const WHY = { why: 'as ordered' };

/** Callers who are let in, changed and let go at the API, by the calls that they can make then. */
export function admissionSuite(setup: () => Setup): void {
  const facility = `f-${randomUUID()}`;
  const id = FacilityId.parse(facility);
  const file = siteFile(facility, (site) => {
    site.units.push({ id: 'b' });
    site.callers?.push({ id: 'roe', name: 'Jane Roe', pin: '22229307', debit: { opening: '4.50' } });
  });
  let api: Awaited<ReturnType<typeof openAsking>>;
  beforeAll(async () => {
    await setup().world.import(file);
    api = await openAsking(setup().world.control, facility);
  });
  afterAll(() => api?.close());

  const admitted = async (body: object = {}) => {
    const { status, body: slip } = await api.ask('POST', '/callers', { name: 'Ann Poe', ...body });
    expect(status).toBe(201);
    return slip as { caller: string; pin: string; slip: string };
  };
  /** What comes of keying a PIN, and of dialling then. */
  const dial = async (pin: string, used = 0) => {
    const { world } = setup();
    const [who, call] = [asker(facility), newCall()];
    const known = await world.identify(who, call, pin);
    const reply = known.result === 'known' ? await world.authorise(who, call) : null;
    if (reply?.result === 'granted') await world.end(who, call, 1, used);
    return reply === null ? known.result : reply.result === 'refused' ? reply.reason : reply.result;
  };
  /** A call in which he talks. */
  const talk = (pin: string) => dial(pin, 1_000);
  const trail = () =>
    setup()
      .database.db.selectFrom('trail')
      .select(['what', 'subject', 'before', 'after', 'why'])
      .where('chain', '=', id)
      .orderBy('number', 'desc')
      .execute();

  it('lets somebody in with a PIN that works, is told once and stands nowhere', async () => {
    const { caller, pin, slip } = await admitted({ language: 'es', limit_ms: 300_000 });
    expect(caller).toMatch(/^c-\d{8}$/);
    expect(pin).toMatch(/^\d{8}$/);
    expect(slip).toMatch(new RegExp(`^Cedar County\n\nAnn Poe\n\nSu PIN.*: ${pin.slice(0, 4)} ${pin.slice(4)}\n`));
    expect(await dial(pin)).toBe('granted');
    expect((await api.ask('GET', `/callers/${caller}`)).body).toEqual({
      ...{ caller, name: 'Ann Poe', language: 'es', limit_ms: 300_000, hours: null, suspended: false, numbers: [] },
      ...{ unit: null, calls_a_day: null, wait_ms: null, released: false, name_recorded: false },
    });
    const [look, line] = await trail();
    expect(look?.what).toBe('caller.look');
    expect(line).toMatchObject({ what: 'caller.admit', subject: { caller }, after: { name: 'Ann Poe', pin: 'set' } });
    const { db } = setup().database;
    const rows = await db.selectFrom('callers').selectAll().where('facility', '=', id).execute();
    expect(JSON.stringify([await trail(), rows])).not.toContain(pin);
  });

  it('takes an id that is given, once, and asks for what is missing', async () => {
    expect(await admitted({ caller: 'poe' })).toMatchObject({ caller: 'poe' });
    expect(await api.ask('POST', '/callers', { caller: 'poe', name: 'Another' })).toMatchObject({ status: 409 });
    expect(await api.ask('POST', '/callers', {})).toMatchObject({ status: 400 });
    expect(await api.ask('POST', '/callers', { name: 'x', limit_ms: 1 })).toMatchObject({ status: 400 });
    expect(await api.askAsStaff('POST', '/callers', { name: 'x' })).toMatchObject({ status: 403 });
  });

  it('gives no two the same PIN, who are let in at the same time', async () => {
    const slips = await Promise.all(Array.from({ length: 20 }, () => admitted()));
    expect(new Set(slips.map(({ pin }) => pin.slice(0, 4))).size).toBe(20);
    expect(new Set(slips.map(({ caller }) => caller)).size).toBe(20);
  });

  it('makes a new PIN, and the one before opens nothing', async () => {
    const { caller, pin } = await admitted();
    const { status, body } = await api.ask('POST', `/callers/${caller}/pin`, WHY);
    expect(status).toBe(201);
    expect(await dial(pin)).toBe('wrong');
    expect(await dial(body.pin as string)).toBe('granted');
    expect(await api.ask('POST', '/callers/nobody/pin', WHY)).toMatchObject({ status: 404 });
  });

  it('changes what is given, and suspends until he may call again', async () => {
    const { caller, pin } = await admitted({ language: 'en' });
    const path = `/callers/${caller}`;
    expect(await api.ask('PATCH', path, { name: 'Ann Coe', hours: { mon: ['08:00-09:00'] } })).toMatchObject({
      ...{ status: 200, body: { name: 'Ann Coe', language: 'en', hours: { mon: ['08:00-09:00'] } } },
    });
    // A Tuesday.
    expect(await dial(pin)).toBe('outside-hours');
    expect((await api.ask('PATCH', path, { hours: null })).body).toMatchObject({ name: 'Ann Coe', hours: null });
    expect(await api.ask('POST', `${path}/resume`, WHY)).toMatchObject({ status: 409 });
    expect(await api.ask('POST', `${path}/suspend`, WHY)).toMatchObject({ status: 200, body: { suspended: true } });
    expect((await trail())[0]).toMatchObject({ what: 'caller.suspend', subject: { caller }, why: 'as ordered' });
    expect(await dial(pin)).not.toBe('granted');
    expect(await api.ask('POST', `${path}/resume`, WHY)).toMatchObject({ status: 200 });
    expect(await dial(pin)).toBe('granted');
  });

  it('is moved from unit to unit, which the site file leaves so where it names none', async () => {
    const { caller } = await admitted({ unit: 'a' });
    const move = (unit: string | null, of = caller) => api.ask('POST', `/callers/${of}/move`, { unit, ...WHY });
    expect(await move('b')).toMatchObject({ status: 200, body: { caller, unit: 'b' } });
    expect((await trail())[0]).toMatchObject({ what: 'caller.move', before: { unit: 'a' }, after: { unit: 'b' } });
    expect(await move('b')).toMatchObject({ status: 409 });
    expect(await move('nowhere')).toMatchObject({ status: 404, body: { detail: expect.stringContaining('no unit') } });
    expect(await api.ask('POST', '/callers', { name: 'x', unit: 'nowhere' })).toMatchObject({ status: 404 });
    expect(await move(null)).toMatchObject({ status: 200 });
    expect(await move('b', 'doe')).toMatchObject({ status: 200 });
    await setup().world.import(file);
    expect((await api.ask('GET', '/callers/doe')).body).toMatchObject({ unit: 'b' });
    const given = { unit: 'a', callsADay: 2, wait: '30m' };
    await setup().world.import({ ...file, callers: file.callers?.map((one) => ({ ...one, ...given })) });
    expect((await api.ask('GET', '/callers/doe')).body).toMatchObject({
      unit: 'a',
      calls_a_day: 2,
      wait_ms: 1_800_000,
    });
    await setup().world.import({ ...file, units: file.units.filter(({ id }) => id === 'a') });
    expect((await api.ask('GET', '/callers/doe')).body).toMatchObject({ unit: 'a', calls_a_day: null, wait_ms: null });
    const lost = { ...file, callers: [{ id: 'lost', name: 'L', pin: '33339307', unit: 'c' }] };
    await expect(setup().world.import(lost)).rejects.toThrow('caller lost: there is no unit c in this file');
    await setup().world.import(file);
  });

  it('has so many calls a day, private ones not counted, and the next day as many again', async () => {
    const { world } = setup();
    const { caller, pin } = await admitted({ calls_a_day: 2 });
    expect(await talk(pin)).toBe('granted');
    expect(await dial(pin)).toBe('granted');
    expect(await talk(pin)).toBe('granted');
    expect(await dial(pin)).toBe('no-calls-left');
    await api.ask('PUT', `/callers/${caller}/numbers/+12025550123`, { privileged: true, free: true, ...WHY });
    expect(await talk(pin)).toBe('granted');
    await api.ask('DELETE', `/callers/${caller}/numbers/+12025550123`, WHY);
    await api.ask('PATCH', `/callers/${caller}`, { calls_a_day: 3 });
    expect((await trail())[0]).toMatchObject({ what: 'caller.change', after: { calls_a_day: 3 } });
    expect(await talk(pin)).toBe('granted');
    expect(await dial(pin)).toBe('no-calls-left');
    const { now } = world.clock;
    // 06:00 UTC, when it is midnight in Chicago.
    const midnight = Math.ceil((now - 6 * HOUR) / (24 * HOUR)) * 24 * HOUR + 6 * HOUR;
    world.clock.now = (midnight - 1) as typeof now;
    expect(await dial(pin)).toBe('no-calls-left');
    world.pass(1);
    expect(await talk(pin)).toBe('granted');
  });

  it('waits after a call of his, and not after one that nobody took', async () => {
    const { world } = setup();
    const { pin } = await admitted({ wait_ms: 600_000 });
    expect(await dial(pin)).toBe('granted');
    expect(await talk(pin)).toBe('granted');
    expect(await dial(pin)).toBe('too-soon');
    world.pass(599_000);
    expect(await dial(pin)).toBe('too-soon');
    world.pass(2_000);
    expect(await dial(pin)).toBe('granted');
    expect(await api.ask('POST', '/callers', { name: 'x', wait_ms: 1 })).toMatchObject({ status: 400 });
    expect(await api.ask('POST', '/callers', { name: 'x', calls_a_day: 0 })).toMatchObject({ status: 400 });
  });

  it('lets him go: nobody is him any more, and what he has stays his', async () => {
    const path = '/callers/roe';
    await api.ask('PUT', `${path}/numbers/+12025550199`, WHY);
    const { db } = setup().database;
    const at = setup().world.clock.now;
    const print = { facility: id, caller: CallerId.parse('roe'), template: Buffer.from('x'), made: at, used: at };
    await db.insertInto('voiceprints').values(print).execute();
    expect(await api.ask('POST', `${path}/release`, WHY)).toMatchObject({
      ...{ status: 200, body: { caller: 'roe', balance: '4.50', erased: true } },
    });
    expect(await dial('22229307')).toBe('wrong');
    expect((await api.ask('GET', path)).body).toMatchObject({
      suspended: true,
      released: true,
      unit: null,
      numbers: [],
    });
    expect((await api.ask('GET', '/accounts/debit:roe')).body).toMatchObject({ balance: '4.50' });
    expect((await api.ask('GET', '/voice-erasures')).body).toMatchObject({
      items: [{ caller: 'roe', why: 'released' }],
    });
  });

  it('stays let in when the site file comes again, which forgets those alone whom it brought', async () => {
    const { caller, pin } = await admitted();
    await setup().world.import({ ...file, callers: [{ id: 'new', name: 'N', pin: '33339307' }] });
    expect(await dial(pin)).toBe('granted');
    expect(await dial('12345937')).toBe('wrong');
    const clash = { id: 'clash', name: 'C', pin: `${pin.slice(0, 4)}9307` };
    await expect(setup().world.import({ ...file, callers: [clash] })).rejects.toThrow(
      `callers clash of the file and ${caller}, whom staff admitted, have the same PIN id`,
    );
  });
}
