import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Watching } from '../../../../src/platform/link/watching.ts';
import { Health } from '../../../../src/platform/terminals/health/health.ts';
import type { TerminalStatus } from '../../../../src/protocol/messages.ts';
import { terminalTopic } from '../../../../src/protocol/topics.ts';
import { FacilityId, type Instant, TerminalId } from '../../../../src/protocol/units.ts';
import { openAsking } from '../../http/asking.ts';
import { type Setup, siteFile } from '../../world.ts';
import { lost, messageOf, well } from './statuses.ts';

const MINUTE = 60_000;
const PHONES = 5_000;
/** 12:00 in Chicago, on a Tuesday. */
const NOON = Date.UTC(2026, 2, 3, 18) as Instant;

export function healthSuite(setup: () => Setup): void {
  const facility = FacilityId.parse(`f-${randomUUID()}`);
  const county = FacilityId.parse(`f-${randomUUID()}`);
  const alarms: string[] = [];
  const clock = { now: NOON };
  let api: Awaited<ReturnType<typeof openAsking>>;
  let watching: Watching;
  let health: Health;

  const open = async (...served: FacilityId[]) => {
    const { db, counters } = setup().world.control;
    const alarm = (kind: string, where: Readonly<Record<string, unknown>>, what: string) =>
      void alarms.push([kind, where.terminal ?? where.facility, what].join(': '));
    watching = new Watching();
    health = new Health({ db, counters, alarm, now: () => clock.now }, watching, pino({ level: 'silent' }));
    await health.serve(new Set(served));
  };
  const say = (terminal: string, status: TerminalStatus, of = facility) =>
    watching.receive(terminalTopic(of, TerminalId.parse(terminal), 'status'), messageOf(status, clock.now));
  /** What was said is read, and so much later it is looked again. */
  const pass = async (ms: number) => {
    await health.look();
    clock.now = (clock.now + ms) as Instant;
    await health.look();
  };
  const report = async (days = 'first=2026-03-03&last=2026-03-03') => {
    const { status, body } = await api.askAsStaff('GET', `/reports/outages?${days}`);
    expect(status).toBe(200);
    return body.items;
  };
  const moment = (ms: number) => new Date(NOON + ms).toISOString();

  beforeAll(async () => {
    const { world } = setup();
    await world.import(siteFile(facility));
    await world.import(
      siteFile(county, (site) => {
        const terminals = (unit: number) =>
          Array.from({ length: PHONES / 10 }, (_, n) => `p${unit * (PHONES / 10) + n}`);
        site.units = Array.from({ length: 10 }, (_, unit) => ({ id: `u${unit}`, terminals: terminals(unit) }));
      }),
    );
    api = await openAsking(Object.assign(Object.create(world.control), { now: () => clock.now }), facility);
    await open(facility);
  });
  afterAll(async () => {
    await health?.close();
    await api?.close();
  });

  it('tells which phones were out of order, for how long and whether they still are; what overlaps counts once', async () => {
    for (const phone of ['t1', 't2', 't3']) say(phone, well());
    say('of-nobody', lost());
    await pass(1_000);
    expect(await report()).toEqual([]);
    say('t1', well({ faults: ['keypad'] }));
    await pass(0);
    await pass(5 * MINUTE);
    // Of a phone that is away it is not known whether its keypad works.
    say('t1', lost());
    say('t2', well({ registration: 'unregistered' }));
    await pass(10 * MINUTE);
    say('t1', well());
    await pass(MINUTE);
    await pass(30 * MINUTE);
    say('t1', well({ faults: ['tamper'] }));
    await pass(2 * MINUTE);
    say('t1', well());
    await pass(2 * MINUTE);
    expect(await report()).toEqual([
      {
        ...{ terminal: 't2', unit: 'a', times: 1, total: 45 * MINUTE, longest: 45 * MINUTE },
        ...{ what: ['not-registered'], since: moment(5 * MINUTE + 1_000) },
      },
      {
        ...{ terminal: 't1', unit: 'a', times: 2, total: 17 * MINUTE, longest: 15 * MINUTE },
        ...{ what: ['keypad', 'offline', 'tamper'], since: null },
      },
    ]);
  });

  it('is told once of what lasts ten minutes', () => {
    expect(alarms).toEqual([
      'phone-out: t1: out of order for ten minutes: keypad',
      'phone-out: t1: out of order for ten minutes: offline',
      'phone-out: t2: out of order for ten minutes: not-registered',
    ]);
  });

  it('goes on over a new start, whether it has ended meanwhile or lasts', async () => {
    say('t1', lost());
    await pass(0);
    await health.close();
    clock.now = (clock.now + 5 * MINUTE) as Instant;
    await open(facility);
    say('t1', well());
    say('t2', well({ registration: 'unregistered' }));
    await pass(0);
    await pass(MINUTE);
    expect(await report()).toMatchObject([
      { terminal: 't2', times: 1, total: 51 * MINUTE, what: ['not-registered'], since: moment(5 * MINUTE + 1_000) },
      { terminal: 't1', times: 3, total: 22 * MINUTE, since: null },
    ]);
    expect(alarms).toHaveLength(3);
  });

  it('is cut at the days that are asked for, by the clock of the facility, and comes as a table', async () => {
    clock.now = (NOON + 24 * 60 * MINUTE) as Instant;
    // Midnight there is six in the morning by UTC.
    expect(await report('first=2026-03-04&last=2026-03-04')).toMatchObject([
      { terminal: 't2', total: 12 * 60 * MINUTE },
    ]);
    expect(await report('first=2026-03-02&last=2026-03-02')).toEqual([]);
    expect(await report('first=2026-03-05&last=2026-03-06')).toEqual([]);
    const text = await (await api.fetch('/reports/outages.csv?first=2026-03-03&last=2026-03-03')).text();
    expect(text).toContain('"t1","a","3","22.0","15.0","keypad offline tamper",""\r\n');
    const { body } = await api.ask('GET', '/trail?what=report.export');
    expect(body.items).toMatchObject([{ subject: { report: 'outages' } }]);
  });

  it('takes a few statements for 5,000 phones that are gone at once and come back at once, and one alarm', async () => {
    await health.close();
    await open(county);
    const statements = async (deed: () => Promise<unknown>) => {
      const query = vi.spyOn(pg.Client.prototype, 'query');
      await deed();
      const { length } = query.mock.calls;
      query.mockRestore();
      return length;
    };
    const all = (status: TerminalStatus) => {
      for (let n = 0; n < PHONES; n++) say(`p${n}`, status, county);
    };
    all(well());
    expect(await statements(() => pass(1_000))).toBeLessThanOrEqual(1);
    all(lost());
    expect(await statements(() => pass(1_000))).toBe(10);
    all(lost());
    expect(await statements(() => pass(1_000))).toBe(0);
    alarms.splice(0);
    await pass(11 * MINUTE);
    expect(alarms).toEqual([`phone-out: ${county}: 5000 phones are out of order for ten minutes`]);
    all(well());
    expect(await statements(() => pass(1_000))).toBe(0);
    expect(await statements(() => pass(MINUTE))).toBe(10);
    expect(await openIn(county)).toBe(0);
  });

  it('of a phone that is there no more nothing lasts, and what is long ago is gone', async () => {
    const { db } = setup().world.control;
    say('p1', lost(), county);
    say('p2', lost(), county);
    await pass(0);
    expect(await openIn(county)).toBe(2);
    await db.deleteFrom('terminals').where('facility', '=', county).where('id', '=', TerminalId.parse('p1')).execute();
    await health.clear();
    expect(await openIn(county)).toBe(1);
    const kept = async () =>
      (await db.selectFrom('outages').select('since').where('facility', '=', county).execute()).length;
    expect(await kept()).toBe(PHONES + 1);
    clock.now = (clock.now + 366 * 24 * 60 * MINUTE) as Instant;
    await health.clear();
    expect(await kept()).toBe(1);
  });

  it('is an alarm once where two speak as a phone by turns, and not where it is started anew', async () => {
    const cloned = () => alarms.filter((alarm) => alarm.startsWith('cloned'));
    for (const birth of [21, 22, 23, 24, 25]) {
      say('p3', well({ birth }), county);
      await pass(5_000);
    }
    expect(cloned()).toEqual([]);
    for (let n = 0; n < 12; n += 1) {
      say('p3', well({ birth: 30 + (n % 2) }), county);
      await pass(5_000);
    }
    expect(cloned()).toEqual([expect.stringMatching(/^cloned: p3: .* claim another phone in its place/)]);
  });

  const openIn = async (of: FacilityId): Promise<number> =>
    (
      await setup()
        .world.control.db.selectFrom('outages')
        .select('terminal')
        .where('facility', '=', of)
        .where('until', 'is', null)
        .execute()
    ).length;
}
