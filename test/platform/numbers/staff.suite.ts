import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FacilityId } from '../../../src/protocol/units.ts';
import { openAsking } from '../http/asking.ts';
import { asker, newCall, type Setup, siteFile } from '../world.ts';

const WHY = { why: 'as ordered' };

/** Lists and blocks that staff change, by the calls that can be made then; and where they are. */
export function staffNumberSuite(setup: () => Setup): void {
  const facility = `f-${randomUUID()}`;
  let api: Awaited<ReturnType<typeof openAsking>>;
  beforeAll(async () => {
    const { world } = setup();
    await world.import(siteFile(facility, (site) => Object.assign(site.facility, { dialling: 'listed' })));
    api = await openAsking(world.control, facility);
  });
  afterAll(() => api?.close());

  const dial = async () => {
    const { world } = setup();
    const [who, call] = [asker(facility), newCall()];
    await world.identify(who, call, '12345937');
    const reply = await world.authorise(who, call);
    if (reply.result === 'granted') await world.end(who, call, 1, 0);
    return reply;
  };
  const number = '/callers/doe/numbers/+12025550123';

  it("puts a number on a caller's list, privileged for a reason that stays, and takes it off", async () => {
    expect(await dial()).toMatchObject({ reason: 'number-not-allowed' });
    const attorney = { privileged: true, free: true, why: 'bar card seen, no. 4711' };
    expect(await api.askAsStaff('PUT', number, attorney)).toMatchObject({ status: 403 });
    expect(await api.ask('PUT', number, { privileged: true })).toMatchObject({ status: 400 });
    expect(await api.ask('PUT', number, attorney)).toMatchObject({ status: 200, body: { privileged: true } });
    expect(await dial()).toMatchObject({ result: 'granted', grant: { privileged: true, charge: { kind: 'free' } } });
    expect(await api.ask('PUT', number, WHY)).toMatchObject({ status: 200, body: { privileged: false } });
    expect(await dial()).toMatchObject({
      result: 'granted',
      grant: { privileged: false, charge: { kind: 'prepaid' } },
    });
    expect(await api.ask('DELETE', number, WHY)).toMatchObject({ status: 200 });
    expect(await api.ask('DELETE', number, WHY)).toMatchObject({ status: 409 });
    expect(await dial()).toMatchObject({ reason: 'number-not-allowed' });
    expect(await api.ask('PUT', number.replace('doe', 'nobody'), WHY)).toMatchObject({ status: 404 });
    const lines = await setup()
      .database.db.selectFrom('trail')
      .select(['what', 'before', 'after', 'why'])
      .where('chain', '=', FacilityId.parse(facility))
      .orderBy('number')
      .execute();
    expect(lines).toMatchObject([
      { what: 'request.refuse' },
      { what: 'number.list', before: null, after: { privileged: true }, why: attorney.why },
      { what: 'number.list', before: { privileged: true }, after: { privileged: false } },
      { what: 'number.unlist' },
    ]);
  });

  it('holds a hundred numbers of one caller, and no more', async () => {
    const of = (n: number) => `/callers/doe/numbers/+1303555${1_000 + n}`;
    for (let n = 0; n < 100; n++) expect((await api.ask('PUT', of(n), WHY)).status).toBe(200);
    expect(await api.ask('PUT', of(100), WHY)).toMatchObject({ status: 409 });
    expect(await api.ask('PUT', of(99), WHY)).toMatchObject({ status: 200 });
    for (let n = 0; n < 100; n++) await api.ask('DELETE', of(n), WHY);
  });

  it('blocks a pattern and lifts it; the site file leaves it alone', async () => {
    const { world } = setup();
    await api.ask('PUT', number, WHY);
    const block = { pattern: '202-555-????', kind: 'security', note: 'threats' };
    const made = await api.ask('POST', '/blocks', block);
    expect(made).toMatchObject({ status: 201, body: { pattern: '+1202555????', caller: null, lifted: null } });
    expect(await api.ask('POST', '/blocks', block)).toMatchObject({ status: 409 });
    expect(await api.ask('POST', '/blocks', { ...block, kind: 'called-party' })).toMatchObject({ status: 400 });
    expect(await api.ask('POST', '/blocks', { ...block, pattern: '12' })).toMatchObject({ status: 400 });
    expect(await dial()).toMatchObject({ reason: 'number-blocked' });
    const { items } = (await api.ask('GET', '/blocks')).body;
    expect(items).toEqual([made.body]);
    await world.import(siteFile(facility, (site) => Object.assign(site.facility, { dialling: 'open' })));
    expect(await dial()).toMatchObject({ reason: 'number-blocked' });
    expect(await api.ask('POST', `/blocks/${made.body.id}/lift`, WHY)).toMatchObject({ status: 200 });
    expect(await dial()).toMatchObject({ result: 'granted' });
  });

  it('stands in a facility that is told with its units and phones', async () => {
    expect((await api.ask('GET', '')).body).toMatchObject({
      ...{ facility, name: 'Cedar County', time_zone: 'America/Chicago', limit_ms: 900_000, voices: false },
      units: [
        {
          ...{ unit: 'a', limit_ms: null, hours: null },
          phones: ['t1', 't2', 't3', 't4'].map((terminal) => ({ terminal, hours: null })),
        },
      ],
    });
    expect(await api.ask('GET', '/../nowhere')).toMatchObject({ status: 404 });
    const { items } = (await api.ask('GET', '/../../facilities?limit=1000')).body as { items: { facility: string }[] };
    expect(items.map((one) => one.facility)).toContain(facility);
  });
}
