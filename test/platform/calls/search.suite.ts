import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallRecord } from '../../../src/protocol/call.ts';
import { FacilityId, type Instant, PhoneNumber } from '../../../src/protocol/units.ts';
import { openAsking } from '../http/asking.ts';
import { asker, newCall, recordOf, type Setup, siteFile } from '../world.ts';

/** The number of a tip line, which somebody dials as any other. */
const TIP = PhoneNumber.parse('+12025550199');

export function searchSuite(setup: () => Setup): void {
  const facility = `f-${randomUUID()}`;
  const who = asker(facility);
  const made: Record<string, string> = {};
  let api: Awaited<ReturnType<typeof openAsking>>;

  /** A lift in which `dialled` was asked for, and what came of it. */
  const lift = async (name: string, dialled: string, otherwise: (record: CallRecord) => Partial<CallRecord>) => {
    const { world } = setup();
    world.pass(60_000);
    const call = newCall();
    made[call] = name;
    await world.identify(who, call, '12345937');
    await world.authorise(who, call, dialled);
    const record = recordOf(who, call, 0, world.clock.now);
    await world.store(who, { ...record, ...otherwise(record) });
  };
  const refused = (record: CallRecord): Partial<CallRecord> => ({
    ...{ kind: 'attempt', number: null, answered: null, accepted: null },
    phases: [{ phase: 'authorising', at: record.lifted }],
    ending: { reason: 'number-blocked', during: 'authorising' },
  });

  beforeAll(async () => {
    const { world } = setup();
    const block = { pattern: '+1900???????', kind: 'billing' as const, note: 'pay services' };
    const callers = [{ id: 'doe', name: '=Doe, "Jo"', pin: '12345937' }];
    await world.import(siteFile(facility, (site) => Object.assign(site, { blocks: [block], callers })));
    const line = { code: '*77', number: TIP, limit: 60_000, hidden: true, privileged: true };
    world.hotlines.set(FacilityId.parse(facility), [line as never]);
    await lift('talk', '2025550123', ({ ended }) => ({
      ...{ lifted: (ended - 150_000) as Instant, answered: (ended - 125_000) as Instant },
      ...{ accepted: (ended - 120_000) as Instant, talked: 120_000 as CallRecord['talked'] },
    }));
    await lift('blocked', '9005550123', refused);
    await lift('short', '911', refused);
    await lift('tip', TIP.slice(2), refused);
    api = await openAsking(world.control, facility);
  });
  afterAll(() => api?.close());

  const found = async (query: string, ask = api.askAsStaff) => {
    const { status, body } = await ask('GET', `/records?${query}`);
    expect({ query, status }).toEqual({ query, status: 200 });
    return (body.items as { call: string; dialled: string | null }[]).map(({ call }) => made[call]);
  };

  it.each([
    ['number=%2B19005550123', ['blocked']],
    ['dialled=911', ['short']],
    ['number=%2B12025550123', ['talk']],
    ['name=dOE', ['tip', 'short', 'blocked', 'talk']],
    ['name=roe', []],
    ['kind=attempt&ending=number-blocked', ['tip', 'short', 'blocked']],
    ['kind=hotline', []],
    ['privileged=true', []],
    ['privileged=false&kind=call', ['talk']],
    ['talked=120000', ['talk']],
    ['talked=120001', []],
    ['charged=0.12', ['talk']],
    ['charged=0.13', []],
    // Talk before it was asked for.
    ['differs=true', ['talk']],
  ])('%s finds %j', async (query, wanted) => {
    expect(await found(query)).toEqual(wanted);
  });

  it('keeps what was dialled and refused, but never a tip line', async () => {
    const { body } = await api.ask('GET', '/records');
    const dialled = Object.fromEntries(
      (body.items as { call: string; dialled: string | null }[]).map((one) => [made[one.call], one.dialled]),
    );
    expect(dialled).toEqual({ talk: null, blocked: '+19005550123', short: '911', tip: null });
    expect(await found(`number=${encodeURIComponent(TIP)}`, api.ask)).toEqual([]);
  });

  it('gives all that is asked for as a table that no spreadsheet takes for formulas, and who took it stands in the trail', async () => {
    const response = await api.fetch('/records.csv?name=doe');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="records-${facility}.csv"`);
    const [head, ...lines] = (await response.text()).trimEnd().split('\r\n');
    expect(head).toContain('"lifted","ended","terminal"');
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line).toContain(`"'=Doe, ""Jo"""`);
    expect(lines[3]).toContain('"+12025550123","","caller-hung-up","120","0.12","false"');
    const trail = await api.ask('GET', '/trail?what=records.export');
    expect(trail.body.items).toMatchObject([{ actor_name: 'Admin', after: { name: 'doe', tips: true } }]);
    expect((await api.fetch('/records.csv?limit=1')).status).toBe(400);
  });
}
