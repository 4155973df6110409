import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openEndings } from '../../../src/platform/calls/endings.ts';
import { storeRecord } from '../../../src/platform/calls/record.ts';
import { sweep } from '../../../src/platform/calls/sweep.ts';
import { price } from '../../../src/platform/money/price.ts';
import type { CallId, Millis, Money } from '../../../src/protocol/units.ts';
import { keyOf } from '../../terminal-keys.ts';
import { asker, audit, newCall, recordOf, type Setup, type SiteFile, signed, siteFile } from '../world.ts';

/** Callers c0, c1, … with PINs 10004817, 10014817, …, one terminal each, and one account for all. */
function crowd(size: number, opening: string, debit?: string): (site: SiteFile) => void {
  return (site) => {
    const numbered = Array.from({ length: size }, (_, i) => i);
    site.units = [{ id: 'a', terminals: numbered.map((i) => `t${i}`) }];
    site.callers = numbered.map((i) => ({
      ...{ id: `c${i}`, name: `Caller ${i}`, pin: `${1000 + i}4817` },
      ...(debit && { debit: { opening: debit } }),
    }));
    site.accounts = [{ id: 'family', name: 'All of them', numbers: ['+12025550123'], opening }];
  };
}

/** What happens to the calls of a run; `call` and `caller` are small numbers. */
type Step =
  | { do: 'authorise'; caller: number; call: number }
  | { do: 'extend' | 'end'; call: number; request: number; used: number }
  | { do: 'record'; call: number; talked: number }
  | { do: 'pass'; ms: number };

const CALLERS = 4;
const CALLS = 8;
const call = fc.nat(CALLS - 1);
const talk = fc.integer({ min: 0, max: 900_000 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('authorise' as const), caller: fc.nat(CALLERS - 1), call }) },
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ do: fc.constantFrom('extend' as const, 'end' as const), call },
      ...{ request: fc.integer({ min: 1, max: 4 }), used: talk },
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('record' as const), call, talked: talk }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 700_000 }) }) },
);
/** Steps of one group run at the same time. */
const groups = fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 10 });

export function raceSuite(setup: () => Setup): void {
  it('grants forty callers at once exactly what one balance affords, and not one more', async () => {
    const { world, database } = setup();
    const facility = `f-${randomUUID()}`;
    // Five minutes cost 0.30: seven whole chunks, and 100 seconds for an eighth.
    await world.import(siteFile(facility, crowd(40, '2.20')));
    const calls = Array.from({ length: 40 }, (_, i) => ({ who: asker(facility, `t${i}`), call: newCall(), i }));
    await Promise.all(calls.map(({ who, call, i }) => world.identify(who, call, `${1000 + i}4817`)));
    const replies = await Promise.all(calls.map(({ who, call }) => world.authorise(who, call)));
    const quotas = replies.map((r) => (r.result === 'granted' ? r.grant.quota : 0)).sort((a, b) => b - a);
    expect(quotas.slice(0, 9)).toEqual([...Array(7).fill(300_000), 100_000, 0]);
    expect(replies.filter((r) => r.result === 'refused' && r.reason === 'no-balance')).toHaveLength(32);
    expect((await audit(database)).get(`${facility}/family`)).toEqual({ balance: 2_200_000, held: 2_200_000 });
    await Promise.all(calls.map(({ who, call, i }) => world.end(who, call, 1, i * 1_000)));
    const after = (await audit(database)).get(`${facility}/family`);
    expect(after?.held).toBe(0);
    const talked = calls.reduce((sum, { i }, n) => sum + (replies[n]?.result === 'granted' ? i * 1_000 : 0), 0);
    expect(after?.balance).toBe(2_200_000 - talked);
  });

  it('answers twenty deliveries of one request with one grant and one hold', async () => {
    const { world, database } = setup();
    const facility = `f-${randomUUID()}`;
    await world.import(siteFile(facility));
    const [who, call] = [asker(facility), newCall()];
    await world.identify(who, call, '12345937');
    const twenty = <T>(ask: () => Promise<T>) => Promise.all(Array.from({ length: 20 }, ask));
    expect(new Set((await twenty(() => world.authorise(who, call))).map((r) => JSON.stringify(r))).size).toBe(1);
    expect((await audit(database)).get(`${facility}/family`)).toEqual({ balance: 3_000_000, held: 300_000 });
    expect(new Set((await twenty(() => world.extend(who, call, 1, 200_000))).map((r) => JSON.stringify(r))).size).toBe(
      1,
    );
    expect((await audit(database)).get(`${facility}/family`)).toEqual({ balance: 3_000_000, held: 600_000 });
    const record = recordOf(who, call, 400_000, world.clock.now);
    const stored = await twenty(() => world.store(who, record));
    expect(stored.filter(Boolean)).toHaveLength(1);
    await twenty(() => world.end(who, call, 2, 1_000));
    expect((await audit(database)).get(`${facility}/family`)).toEqual({ balance: 2_600_000, held: 0 });
  });

  it('settles three hundred calls that end at the same moment as if they had ended one by one', async () => {
    const { world, database } = setup();
    const facility = `f-${randomUUID()}`;
    const size = 300;
    await world.import(siteFile(facility, crowd(size, '100.00')));
    const calls = Array.from({ length: size }, (_, i) => ({ who: asker(facility, `t${i}`), call: newCall(), i }));
    await Promise.all(calls.map(({ who, call, i }) => world.identify(who, call, `${1000 + i}4817`)));
    await Promise.all(calls.map(({ who, call }) => world.authorise(who, call)));
    expect((await audit(database)).get(`${facility}/family`)).toEqual({ balance: 100_000_000, held: size * 300_000 });
    // One platform: what comes at once is done in few transactions, each phone's end before its record.
    const control = { ...world.control, endings: openEndings(world.control) };
    const stored = await Promise.all(
      calls.map(async ({ who, call, i }) => {
        const used = (i * 500) as Millis;
        const first = await control.endings.end({ ...who, call, request: 1, used });
        expect(await control.endings.end({ ...who, call, request: 1, used })).toBe(first);
        // Every third record says that there was a second more than the phone said at first.
        const record = recordOf(who, call, used + (i % 3 === 0 ? 1_000 : 0), world.clock.now);
        // It comes twice at once, too.
        const jws = await signed(record, await keyOf(who));
        return Promise.all([storeRecord(control, who, jws), storeRecord(control, who, jws)]);
      }),
    );
    expect(stored.map((twice) => twice.filter(({ isNew }) => isNew).length)).toEqual(Array(size).fill(1));
    const talked = calls.reduce((sum, { i }) => sum + i * 500 + (i % 3 === 0 ? 1_000 : 0), 0);
    expect((await audit(database)).get(`${facility}/family`)).toEqual({ balance: 100_000_000 - talked, held: 0 });
    const kinds = await database.db
      .selectFrom('transfers')
      .select((eb) => ['kind', eb.fn.countAll<number>().as('n')])
      .where('from_account', '=', `${facility}/family`)
      .groupBy('kind')
      .orderBy('kind')
      .execute();
    // The end of the first charged nothing.
    expect(kinds).toEqual([
      { kind: 'call', n: size - 1 },
      { kind: 'correction', n: size / 3 },
    ]);
  });

  it('stores what came with a record that the database refuses', async () => {
    const { world } = setup();
    const facility = `f-${randomUUID()}`;
    await world.import(siteFile(facility));
    const records = ['t1', 't2', 't3', 't4'].map((terminal) =>
      recordOf(asker(facility, terminal), newCall(), 0, world.clock.now),
    );
    const [, bad] = records;
    if (bad) Object.assign(bad, { redirections: [{ how: 'moved', to: 'no\u0000text', at: bad.ended }] });
    // The keys of their phones are known.
    for (const { facility, terminal, ...record } of records)
      await world.store({ facility, terminal }, { ...record, facility, terminal, call: newCall(), redirections: [] });
    const control = { ...world.control, endings: openEndings(world.control) };
    const all = await Promise.all(
      records.map(async (record) => [record, await signed(record, await keyOf(record))] as const),
    );
    const results = await Promise.allSettled(all.map(([record, jws]) => storeRecord(control, record, jws)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  });

  it('lets one caller have one call, however many terminals he dials from', async () => {
    const { world } = setup();
    const facility = `f-${randomUUID()}`;
    await world.import(siteFile(facility));
    const calls = ['t1', 't2', 't3', 't4'].map((t) => ({ who: asker(facility, t), call: newCall() }));
    for (const { who, call } of calls) await world.identify(who, call, '12345937');
    const replies = await Promise.all(calls.map(({ who, call }) => world.authorise(who, call)));
    expect(replies.filter((r) => r.result === 'granted')).toHaveLength(1);
    expect(replies.filter((r) => r.result === 'refused' && r.reason === 'caller-busy')).toHaveLength(3);
  });

  it('looks at one PIN at one terminal as often as it is keyed, and nobody waits in a circle', async () => {
    const { world } = setup();
    const facility = `f-${randomUUID()}`;
    await world.import(siteFile(facility));
    const who = asker(facility, 't1');
    for (let round = 0; round < 20; round++) {
      const replies = await Promise.all(Array.from({ length: 10 }, () => world.identify(who, newCall(), '12345937')));
      expect(new Set(replies.map((r) => r.result))).not.toContain('wrong');
      // As many as are allowed are looked at side by side; what they counted is forgotten when they are known.
      world.pass(3_600_000);
    }
  });

  it('keeps its books right under any order of requests, records, repeats, silence and races', async () => {
    const { kind } = setup();
    const run = async (steps: Step[][], opening: string, debit: string) => {
      const { world, database } = setup();
      const facility = `f-${randomUUID()}`;
      await world.import(siteFile(facility, crowd(CALLERS, opening, debit)));
      const ids = Array.from({ length: CALLS }, newCall);
      // Known from the start: what is told of a call at the same time as its first authorisation is told by the same phone.
      const owner = new Map<number, number>();
      for (const s of steps.flat()) if (s.do === 'authorise' && !owner.has(s.call)) owner.set(s.call, s.caller);
      const answers = new Map<string, string>();
      const at = (n: number): CallId => ids[n] ?? newCall();
      const who = (n: number) => asker(facility, `t${owner.get(n) ?? 0}`);
      const same = (key: string, reply: object) => {
        const text = JSON.stringify(reply);
        expect(text).toBe(answers.get(key) ?? text);
        answers.set(key, text);
      };
      const one = async (s: Step): Promise<void> => {
        if (s.do === 'pass') {
          world.pass(s.ms);
          await sweep(world.control);
        } else if (s.do === 'authorise') {
          const n = owner.get(s.call) ?? 0;
          await world.identify(who(s.call), at(s.call), `${1000 + n}4817`);
          same(`authorise ${s.call}`, await world.authorise(who(s.call), at(s.call)));
        } else if (s.do === 'record') {
          await world.store(who(s.call), recordOf(who(s.call), at(s.call), s.talked, world.clock.now));
        } else same(`${s.do} ${s.call} ${s.request}`, await world[s.do](who(s.call), at(s.call), s.request, s.used));
      };
      for (const group of steps) {
        // A phone writes a call's record when the call is over: not while it asks whether there may be one. Its messages are done in order.
        const asked = new Map(group.map((s) => [s, s.do === 'authorise' ? one(s) : null]));
        const before = (s: Step) =>
          Promise.all(
            group.map((t) => (s.do === 'record' && t.do === 'authorise' && t.call === s.call ? asked.get(t) : null)),
          );
        await Promise.all(group.map((s) => asked.get(s) ?? before(s).then(() => one(s))));
        await audit(database);
      }
      // In the end each call has its record, and everything follows from that.
      for (const [n] of ids.entries()) await world.store(who(n), recordOf(who(n), at(n), n * 70_000, world.clock.now));
      const books = await audit(database);
      const { db } = database;
      const sessions = await db
        .selectFrom('sessions')
        .selectAll()
        .where('facility', '=', asker(facility).facility)
        .execute();
      const records = await db.selectFrom('records').select(['call', 'talked']).where('call', 'in', ids).execute();
      expect(records).toHaveLength(CALLS);
      for (const s of sessions) {
        const talked = Math.min(records.find((r) => r.call === s.call)?.talked ?? 0, s.quota);
        expect(s).toMatchObject({ settled_by: 'record', held: 0, talked });
        expect(s.charged + s.forgone).toBe(price(60_000 as Money, talked as Millis));
      }
      const dollars = (text: string) => Number(text) * 1_000_000;
      const charged = sessions.reduce((sum, s) => sum + s.charged, 0);
      const left = [...books]
        .filter(([id]) => id.startsWith(`${facility}/`))
        .reduce((sum, [, a]) => sum + a.balance, 0);
      expect(left).toBe(Math.round(dollars(opening) + CALLERS * dollars(debit)) - charged);
      for (const [id, { held }] of books) if (id.startsWith(`${facility}/`)) expect(held).toBe(0);
    };
    await fc.assert(
      fc.asyncProperty(groups, fc.constantFrom('0.05', '0.50', '2.00'), fc.constantFrom('0', '0.03', '0.40'), run),
      { numRuns: kind === 'postgres' ? 40 : 8, endOnFailure: kind === 'embedded' },
    );
  }, 300_000);
}
