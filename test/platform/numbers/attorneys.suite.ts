import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FacilityId } from '../../../src/protocol/units.ts';
import { openAsking } from '../http/asking.ts';
import { asker, newCall, type Setup, siteFile } from '../world.ts';

/** Attorneys who ask that calls to them be private, by the calls that are then made. */
export function attorneySuite(setup: () => Setup): void {
  const facility = `f-${randomUUID()}`;
  const file = siteFile(facility, (site) => {
    site.facility.dialling = 'listed';
  });
  let api: Awaited<ReturnType<typeof openAsking>>;
  beforeAll(async () => {
    await setup().world.import(file);
    api = await openAsking(setup().world.control, facility);
  });
  afterAll(() => api?.close());

  const says = { name: 'Ada Stone', bar: 'IL 6301234', firm: 'Stone & Lee', email: 'ada@stone.example' };
  const asks = (number: string, of: object = {}) => api.askAsNobody('POST', '/attorneys', { ...says, number, ...of });
  const dial = async (number: string) => {
    const { world } = setup();
    const [who, call] = [asker(facility), newCall()];
    await world.identify(who, call, '12345937');
    const reply = await world.authorise(who, call, number);
    if (reply.result === 'granted') await world.end(who, call, 1, 0);
    return reply.result === 'granted' ? { privileged: reply.grant.privileged } : reply.reason;
  };
  const open = async () => {
    const { items } = (await api.ask('GET', '/attorneys')).body as { items: { id: number; number: string }[] };
    return items;
  };

  it('who asks is nobody here, is asked back nothing, and changes nothing until staff have looked', async () => {
    expect(await asks('+12025550123')).toEqual({ status: 201, body: { asked: true } });
    expect(await asks('+12025550123')).toEqual({ status: 201, body: { asked: true } });
    const asked = await setup()
      .database.db.selectFrom('trail')
      .select('number')
      .where('chain', '=', FacilityId.parse(facility))
      .where('what', '=', 'attorney.ask')
      .execute();
    expect(asked).toHaveLength(1);
    expect(await dial('2025550123')).toBe('number-not-allowed');
    expect(await open()).toMatchObject([{ ...says, number: '+12025550123', state: 'open', origin: '127.0.0.1' }]);
    expect(await api.askAsNobody('GET', '/attorneys')).toMatchObject({ status: 401 });
    for (const wrong of [{ number: '911' }, { email: 'none' }, { bar: '' }, { privileged: true }])
      expect(await asks('+12025550124', wrong)).toMatchObject({ status: 400 });
  });

  it('once approved, his calls are private at once, and an import takes nothing of that away', async () => {
    const [first] = await open();
    const at = `/attorneys/${first?.id}`;
    expect(await api.askAsStaff('POST', `${at}/approve`, { why: 'bar roll' })).toMatchObject({ status: 403 });
    expect(await api.ask('POST', `${at}/approve`, { why: 'bar roll, 30 November' })).toMatchObject({
      ...{ status: 200, body: { state: 'approved', decided_why: 'bar roll, 30 November' } },
    });
    expect(await dial('2025550123')).toEqual({ privileged: true });
    await setup().world.import(file);
    expect(await dial('2025550123')).toEqual({ privileged: true });
    const allows = [{ pattern: '+12025550123', privileged: false, free: false }];
    await setup().world.import({ ...file, allows });
    expect(await setup().world.import({ ...file, allows })).toBe(0);
    expect(await dial('2025550123')).toEqual({ privileged: true });
    expect(await api.ask('POST', `${at}/decline`, { why: 'x' })).toMatchObject({
      ...{ status: 409, body: { detail: 'it was approved before' } },
    });
    expect(await api.ask('POST', '/attorneys/99999/approve', { why: 'x' })).toMatchObject({ status: 404 });
  });

  it('declined, nothing is private, and from one address no more than ten are taken in a day', async () => {
    await asks('+12025550150');
    const [last] = await open();
    expect(await api.ask('POST', `/attorneys/${last?.id}/decline`, { why: 'not on the roll' })).toMatchObject({
      status: 200,
    });
    expect(await dial('2025550150')).toBe('number-not-allowed');
    let taken = 2;
    for (let n = 0; n < 12; n++) if ((await asks(`+1202555016${n % 10}`, { name: `A ${n}` })).status === 201) taken++;
    expect(taken).toBeGreaterThanOrEqual(10);
    expect(await asks('+12025550199')).toMatchObject({ status: 429 });
    setup().world.pass(86_400_001);
    expect(await asks('+12025550199')).toMatchObject({ status: 201 });
  });
}
