import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallRecord } from '../../../src/protocol/call.ts';
import { CallerId, type Instant, PhoneNumber } from '../../../src/protocol/units.ts';
import { openAsking } from '../http/asking.ts';
import { asker, newCall, recordOf, type Setup, siteFile } from '../world.ts';

const [MOTHER, SHOP] = [PhoneNumber.parse('+12025550123'), PhoneNumber.parse('+12025550124')];

/** A moment by the clock of Chicago, which is six hours behind in winter. */
const chicago = (day: number, hour: number): Instant => Date.UTC(2026, 0, day, hour + 6) as Instant;

export function reportSuite(setup: () => Setup): void {
  const facility = `f-${randomUUID()}`;
  let api: Awaited<ReturnType<typeof openAsking>>;

  const lift = (lifted: Instant, caller: string | null, other: Partial<CallRecord>, terminal = 't1') => {
    const who = asker(facility, terminal);
    const record = recordOf(who, newCall(), 0, lifted);
    const times = { lifted, answered: lifted, accepted: lifted, ended: (lifted + 60_000) as Instant };
    return setup().world.store(who, {
      ...record,
      ...times,
      caller: caller === null ? null : CallerId.parse(caller),
      ...other,
    });
  };
  const wrong = (at: Instant, terminal = 't1') => {
    const nothing = { kind: 'attempt', number: null, answered: null, accepted: null } as const;
    return lift(at, null, { ...nothing, ending: { reason: 'pin-wrong', during: 'pin' } }, terminal);
  };

  beforeAll(async () => {
    const { world } = setup();
    await world.import(siteFile(facility));
    // The last hour of a day there is the next day in UTC.
    await lift(chicago(5, 23), 'doe', { number: MOTHER });
    await lift(chicago(6, 9), 'doe', { number: MOTHER });
    await lift(chicago(6, 9), 'roe', { number: MOTHER });
    await lift(chicago(6, 10), 'roe', { number: SHOP });
    await wrong(chicago(6, 3));
    await wrong(chicago(6, 3));
    await wrong(chicago(6, 4), 't2');
    const tip = { kind: 'hotline', number: SHOP, hidden: true } as const;
    await lift(chicago(6, 9), null, tip);
    api = await openAsking(world.control, facility);
  });
  afterAll(() => api?.close());

  const report = async (path: string, ask = api.askAsStaff) => {
    const { status, body } = await ask('GET', `/reports/${path}`);
    expect({ path, status }).toEqual({ path, status: 200 });
    return body.items as Record<string, unknown>[];
  };
  const DAYS = 'first=2026-01-05&last=2026-01-06';

  it("counts lifts by hour, day and unit, by the facility's own clock", async () => {
    const short = async (by: string, ask = api.askAsStaff) =>
      (await report(`figures?${DAYS}&by=${by}`, ask)).map(({ of, lifts }) => `${of} ${lifts}`);
    expect(await short('day')).toEqual(['2026-01-05 1', '2026-01-06 6']);
    expect(await short('hour')).toEqual(['03 2', '04 1', '09 2', '10 1', '23 1']);
    expect(await short('unit')).toEqual(['a 7']);
    // A tip line without a cover is seen by those alone who may.
    expect(await short('unit', api.ask)).toEqual(['a 8']);
    expect((await report(`figures?first=2026-01-05&last=2026-01-05`)).map(({ of }) => of)).toEqual(['2026-01-05']);
  });

  it('tells where and when PINs were wrong', async () => {
    expect(await report(`wrong-pins?${DAYS}`)).toMatchObject([
      { terminal: 't1', hour: '03', lifts: 2 },
      { terminal: 't2', hour: '04', lifts: 1, last: '2026-01-06T10:00:00.000Z' },
    ]);
  });

  it('tells what was dialled most, and by several callers; of tip lines nothing', async () => {
    expect(await report(`frequent-numbers?${DAYS}`)).toMatchObject([
      { number: MOTHER, times: 3, refused: 0, callers: 2 },
      { number: SHOP, times: 1, callers: 1 },
    ]);
    expect((await report(`frequent-numbers?${DAYS}`, api.ask))[1]).toMatchObject({ number: SHOP, times: 2 });
    const shared = await report(`shared-numbers?${DAYS}`);
    expect(shared).toMatchObject([{ number: MOTHER, callers: ['doe', 'roe'], times: 3 }]);
  });

  it('gives each as a table, which leaves a line, and looks at no more than a year', async () => {
    const response = await api.fetch(`/reports/wrong-pins.csv?${DAYS}`);
    expect(await response.text()).toContain('\r\n"t1","03","2",');
    const { body } = await api.ask('GET', '/trail?what=report.export');
    const after = { first: '2026-01-05', last: '2026-01-06' };
    expect(body.items).toMatchObject([{ subject: { report: 'wrong-pins' }, after }]);
    for (const days of [
      'first=2025-01-01&last=2026-02-01',
      'first=2026-01-06&last=2026-01-05',
      'first=yesterday&last=x',
    ])
      expect(await api.ask('GET', `/reports/figures?${days}`)).toMatchObject({ status: 400 });
  });
}
