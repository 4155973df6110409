import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAYS } from '../../../src/protocol/api/hours.ts';
import { openAsking } from '../http/asking.ts';
import { asker, newCall, type Setup, siteFile } from '../world.ts';

/** What staff change of a facility and its units, by the calls that can be made then. */
export function facilityChangeSuite(setup: () => Setup): void {
  const facility = `f-${randomUUID()}`;
  const file = siteFile(facility, (site) => {
    site.units.push({ id: 'b' });
  });
  let api: Awaited<ReturnType<typeof openAsking>>;
  beforeAll(async () => {
    await setup().world.import(file);
    api = await openAsking(setup().world.control, facility);
  });
  afterAll(() => api?.close());

  const dial = async () => {
    const { world } = setup();
    const [who, call] = [asker(facility), newCall()];
    await world.identify(who, call, '12345937');
    const reply = await world.authorise(who, call);
    if (reply.result === 'granted') await world.end(who, call, 1, 0);
    return reply.result === 'refused' ? reply.reason : { quota: reply.grant.quota, by: reply.grant.final };
  };
  const lines = () =>
    setup()
      .database.db.selectFrom('trail')
      .select(['what', 'before', 'after'])
      .where('chain', '=', facility as never)
      .orderBy('number', 'desc')
      .execute();
  /** The day that it is there, and another day of the week. */
  const now = () => {
    const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Chicago', dateStyle: 'short' });
    const date = wall.format(setup().world.clock.now);
    return { date, otherDay: DAYS[(new Date(date).getUTCDay() + 3) % 7] ?? 'sun' };
  };

  it('hours and holidays hold from the next call on, and stand in the trail', async () => {
    const today = { date: now().date, name: 'Inventory', hours: [] };
    expect(await dial()).toMatchObject({ quota: expect.any(Number) });
    expect(await api.ask('PATCH', '', { hours: { [now().otherDay]: ['08:00-22:00'] } })).toMatchObject({ status: 200 });
    expect(await dial()).toBe('outside-hours');
    expect(await api.ask('PATCH', '', { hours: null, holidays: [today] })).toMatchObject({
      ...{ status: 200, body: { hours: null, holidays: [today] } },
    });
    expect(await dial()).toBe('outside-hours');
    const open = { ...today, hours: ['00:00-24:00'] };
    await api.ask('PATCH', '', { hours: { [now().otherDay]: ['08:00-22:00'] }, holidays: [open] });
    expect(await dial()).toMatchObject({ quota: expect.any(Number) });
    expect((await lines())[0]).toMatchObject({
      ...{ what: 'facility.change', before: { hours: null, holidays: [today] }, after: { holidays: [open] } },
    });
    await api.ask('PATCH', '', { hours: null, holidays: [] });
  });

  it('a unit has its limit and hours, is made, and is dropped when nobody and no phone is there', async () => {
    const unit = (name: string, body: object) => api.ask('PUT', `/units/${name}`, body);
    expect(await unit('a', { limit_ms: 60_000, hours: null })).toMatchObject({ status: 200 });
    expect(await dial()).toEqual({ quota: 60_000, by: 'unit-limit' });
    expect(await unit('a', { limit_ms: null, hours: { [now().otherDay]: ['08:00-09:00'] } })).toMatchObject({
      status: 200,
    });
    expect(await dial()).toBe('outside-hours');
    await unit('a', { limit_ms: null, hours: null });
    expect((await unit('c', { limit_ms: null, hours: null })).body.units).toMatchObject([
      ...[{ unit: 'a' }, { unit: 'b' }, { unit: 'c', phones: [] }],
    ]);
    expect((await lines())[0]).toMatchObject({ what: 'unit.add', before: null });
    expect(await api.ask('DELETE', '/units/c', {})).toMatchObject({ status: 200 });
    expect(await api.ask('DELETE', '/units/c', {})).toMatchObject({ status: 404 });
    expect(await api.ask('DELETE', '/units/a', {})).toMatchObject({
      ...{
        status: 409,
        body: {
          detail: expect.stringMatching(/phones hang in a \(\d\), callers are housed|phones hang in a \(\d\): move/),
        },
      },
    });
  });

  it('a phone has hours of its own, which an import leaves', async () => {
    const set = (hours: object | null, phone = 't1') => api.ask('PUT', `/terminals/${phone}/hours`, { hours });
    const hours = { [now().otherDay]: ['08:00-09:00'] };
    expect(await set(hours)).toMatchObject({ status: 200, body: { hours } });
    expect((await lines())[0]).toEqual({ what: 'phone.hours', before: { hours: null }, after: { hours } });
    expect(await dial()).toBe('outside-hours');
    await setup().world.import(file);
    const { units } = (await api.ask('GET', '')).body as { units: { phones: object[] }[] };
    expect(units[0]?.phones[0]).toEqual({ terminal: 't1', hours });
    expect(await set(null)).toMatchObject({ status: 200 });
    expect(await dial()).not.toBe('outside-hours');
    expect(await set(null, 'nowhere')).toMatchObject({ status: 404 });
    expect(await set({ mon: ['9-10'] })).toMatchObject({ status: 400 });
  });

  it('what makes no sense is refused in words, and changes nothing', async () => {
    const today = { date: now().date, name: 'Inventory', hours: [] };
    const before = (await api.ask('GET', '')).body;
    for (const [body, why] of [
      [{ holidays: [{ ...today, date: '2026-02-30' }] }, /a date is wanted/],
      [{ holidays: [today, today] }, /a date is there twice/],
      [{ limit_ms: 1 }, /limit_ms/],
      [{ time_zone: 'America/Denver' }, /time_zone/],
    ] as const)
      expect(await api.ask('PATCH', '', body)).toMatchObject({
        ...{ status: 400, body: { detail: expect.stringMatching(why) } },
      });
    expect((await api.ask('GET', '')).body).toEqual(before);
    expect(await api.askAsStaff('PATCH', '', { recorded: false })).toMatchObject({ status: 403 });
  });
}
