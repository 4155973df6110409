import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { sweep } from '../../../src/platform/calls/sweep.ts';
import type { CallRecord } from '../../../src/protocol/call.ts';
import { Hotline } from '../../../src/protocol/messages.ts';
import { CallerId, type CallId, type Instant, type Millis, PhoneNumber } from '../../../src/protocol/units.ts';
import { asker, makeWorld, newCall, recordOf, type Setup, siteFile } from '../world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TALK = 200_000;
const number = (text: string) => PhoneNumber.parse(text);
const LAWYER = '+12025550199';

const line = (code: string, to: string, hidden: boolean): Hotline =>
  Hotline.parse({ code, number: to, limit: 15 * MINUTE, hidden, privileged: hidden });
const TIPS = line('*77', '+18005550177', true);
const NURSE = line('*78', '+18005550178', false);

export function compareSuite(setup: () => Setup): void {
  /** A phone and its platform; `call` is granted now, talks from ten seconds later on, and its clock is `ahead`. */
  const fresh = async () => {
    const { database } = setup();
    const world = await makeWorld(database);
    const facility = `f-${randomUUID()}`;
    await world.import(
      siteFile(facility, (s) => {
        s.callers = [
          {
            ...{ id: 'doe', name: 'John Doe', pin: '12345937' },
            numbers: [{ number: LAWYER, privileged: true, free: true }],
          },
          { id: 'roe', name: 'Jane Roe', pin: '22229307' },
        ];
      }),
    );
    const who = asker(facility);
    world.hotlines.set(who.facility, [TIPS, NURSE]);
    const grant = async (dialled = '2025550123') => {
      const call = newCall();
      await world.identify(who, call, '12345937');
      expect(await world.authorise(who, call, dialled)).toMatchObject({ result: 'granted' });
      return call;
    };
    /** The record of a call granted ten seconds before it was accepted, that ends now. */
    const honest = (call: CallId, talked = TALK): CallRecord => recordOf(who, call, talked, world.clock.now);
    const talk = async (dialled?: string) => {
      const call = await grant(dialled);
      world.pass(10_000);
      world.pass(TALK / 2);
      await world.extend(who, call, 1, TALK / 2);
      world.pass(TALK / 2);
      return call;
    };
    const attempt = (call: CallId, change: Partial<CallRecord> = {}): CallRecord => ({
      ...honest(call, 0),
      ...{ kind: 'attempt', number: null, answered: null, accepted: null, caller: null, ...change },
    });
    const hotline = ({ number: to, hidden, privileged }: Hotline, change: Partial<CallRecord> = {}): CallRecord => ({
      ...honest(newCall(), MINUTE),
      ...{ kind: 'hotline', caller: null, number: to, hidden, privileged, ...change },
    });
    const kept = async (call: CallId) => {
      const row = await database.db
        .selectFrom('records')
        .selectAll()
        .where('facility', '=', who.facility)
        .where('call', '=', call)
        .executeTakeFirstOrThrow();
      return { ...row, differs: row.differs ?? [] };
    };
    const fields = async (call: CallId) => (await kept(call)).differs.map(({ field }) => field).sort();
    return { world, who, grant, talk, honest, attempt, hotline, kept, fields };
  };
  type Phone = Awaited<ReturnType<typeof fresh>>;

  it.each<[string, (phone: Phone) => Promise<CallRecord>]>([
    [
      'a call that was told to its end',
      async ({ world, who, talk, honest }) => {
        const call = await talk();
        await world.end(who, call, 2, TALK);
        return honest(call);
      },
    ],
    [
      'a call to an attorney',
      async ({ world, who, talk, honest }) => {
        const call = await talk('2025550199');
        await world.end(who, call, 2, TALK);
        return { ...honest(call), number: number(LAWYER), privileged: true };
      },
    ],
    [
      'a phone whose clock is 45 seconds ahead',
      async ({ world, who, talk, honest }) => {
        const call = await talk();
        await world.end(who, call, 2, TALK);
        const ahead = (at: number) => (at + 45_000) as Instant;
        const { lifted, accepted, ended, ...rest } = honest(call);
        return { ...rest, lifted: ahead(lifted), accepted: ahead(accepted ?? 0), ended: ahead(ended) };
      },
    ],
    [
      'a phone that was off line at the end, for two days',
      async ({ world, talk, honest }) => {
        const call = await talk();
        const record = honest(call);
        world.pass(48 * HOUR);
        await sweep(world.control);
        return record;
      },
    ],
    [
      'a power cut in the middle of talk, an hour long',
      async ({ world, talk, honest }) => {
        const call = await talk();
        const { accepted, ...record } = honest(call);
        world.pass(HOUR);
        const ending = { reason: 'restarted', during: 'talking' } as const;
        return { ...record, accepted, ended: world.clock.now, talked: 60_000 as Millis, ending };
      },
    ],
    [
      'a grant of which the phone never heard',
      async ({ grant, attempt }) => {
        const ending = { reason: 'platform-unreachable', during: 'authorising' } as const;
        return attempt(await grant(), { caller: CallerId.parse('doe'), ending });
      },
    ],
    ['a lift that came to nothing', async ({ attempt }) => attempt(newCall())],
    [
      'a caller who was identified and hung up, or never heard that he was',
      async ({ world, who, attempt }) => {
        const [told, untold] = [newCall(), newCall()];
        for (const call of [told, untold]) await world.identify(who, call, '12345937');
        await world.store(who, attempt(untold));
        return attempt(told, { caller: CallerId.parse('doe') });
      },
    ],
    [
      'one identified, whose phone was off line for three days after that',
      async ({ world, who, attempt }) => {
        const call = newCall();
        await world.identify(who, call, '12345937');
        const record = attempt(call, { caller: CallerId.parse('doe') });
        world.pass(72 * HOUR);
        await sweep(world.control);
        return record;
      },
    ],
    ['a tip line of the signed list', async ({ hotline }) => hotline(TIPS)],
    ['a hotline that hides nothing', async ({ hotline }) => hotline(NURSE)],
  ])('of %s differs in nothing', async (_, make) => {
    const phone = await fresh();
    const record = await make(phone);
    expect(await phone.world.store(phone.who, record)).toBe(true);
    expect(await phone.kept(record.call)).toMatchObject({ differs: [], record });
    expect(phone.world.alarms).toEqual([]);
  });

  const later = (at: number | null, ms: number) => ((at ?? 0) + ms) as Instant;
  it.each<[string, string[], (record: CallRecord) => Partial<CallRecord>, Partial<CallRecord>]>([
    ['another caller', ['caller'], () => ({ caller: CallerId.parse('roe') }), { caller: CallerId.parse('doe') }],
    ['no caller', ['caller'], () => ({ caller: null }), { caller: CallerId.parse('doe') }],
    ['another number', ['number'], () => ({ number: number('+12025550124') }), { number: number('+12025550123') }],
    ['that it was privileged', ['privileged'], () => ({ privileged: true }), { privileged: false }],
    ['that it is not for staff', ['hidden'], () => ({ hidden: true }), { hidden: false }],
    ['that it was a hotline', ['kind'], () => ({ kind: 'hotline' }), { kind: 'call' }],
    [
      'that it was a tip',
      ['caller', 'hidden', 'kind', 'number', 'privileged'],
      () => ({ kind: 'hotline', hidden: true, privileged: true, caller: null, number: TIPS.number }),
      { kind: 'call', hidden: false, privileged: false, caller: CallerId.parse('doe'), number: number('+12025550123') },
    ],
    [
      'that nothing was dialled',
      ['caller', 'kind', 'number', 'talked'],
      () => ({ kind: 'attempt', caller: null, number: null, accepted: null, talked: 0 as Millis }),
      { kind: 'call', caller: CallerId.parse('doe') },
    ],
    [
      'more talk than was granted',
      ['accepted', 'lifted', 'talked'].filter((field) => field !== 'lifted'),
      ({ accepted }) => ({ accepted: later(accepted, -30 * MINUTE), talked: (30 * MINUTE) as Millis }),
      { talked: 600_000 as Millis },
    ],
    ['less talk than it told before', ['talked'], () => ({ talked: 50_000 as Millis }), { talked: 50_000 as Millis }],
    [
      'more talk than there was time',
      ['talked'],
      () => ({ talked: (TALK + 5_000) as Millis }),
      { talked: TALK as Millis },
    ],
    [
      'that it was accepted before it was granted',
      ['accepted'],
      ({ accepted }) => ({ accepted: later(accepted, -2 * MINUTE) }),
      {},
    ],
    [
      'that it was over long before',
      ['ended'],
      ({ ended }) => ({ ended: later(ended, -100_000), talked: 100_000 as Millis }),
      {},
    ],
    ['that it will be over tomorrow', ['ended'], ({ ended }) => ({ ended: later(ended, 24 * HOUR) }), {}],
    ['that the handset was lifted after that', ['lifted'], ({ ended }) => ({ lifted: ended }), {}],
  ])('that says %s is kept in both versions, told, and not believed', async (_, wrong, change, believed) => {
    const { world, who, talk, honest, kept, fields } = await fresh();
    const call = await talk();
    await world.end(who, call, 2, TALK);
    const true_ = honest(call);
    const record = { ...true_, ...change(true_) };
    for (let i = 0; i < 2; i++) expect(await world.store(who, record)).toBe(i === 0);
    const row = await kept(call);
    // Talk differs as well wherever acceptance or end do by more than that: what is wrong is among it.
    expect(await fields(call)).toEqual(expect.arrayContaining(wrong));
    expect((await fields(call)).filter((field) => !wrong.includes(field) && field !== 'talked')).toEqual([]);
    expect(row.record).toMatchObject(believed);
    for (const { field, phone } of row.differs) expect(record[field as keyof CallRecord]).toBe(phone);
    expect(world.alarms).toEqual([{ kind: 'record-differs', where: { ...who, call }, what: expect.any(String) }]);
    expect(world.control.counters.all()).toMatchObject({ 'alarm-record-differs': 1 });
  });

  it('of a call that nobody granted is an alarm, hides nothing, and charges nobody', async () => {
    const { world, who, honest, attempt, hotline, kept, fields } = await fresh();
    const other = line('*79', '+18005550179', true);
    const made = [
      honest(newCall()),
      { ...honest(newCall()), hidden: true },
      attempt(newCall(), { number: number('+12025550123') }),
      hotline(other),
    ];
    for (const record of made) {
      await world.store(who, record);
      expect(await kept(record.call)).toMatchObject({ hidden: false, number: record.number });
      expect(await fields(record.call)).toContain('session');
    }
    expect(world.alarms.map(({ kind }) => kind)).toEqual(made.map(() => 'record-without-session'));
  });

  it('of a hotline says what its signed list says; where no list is known it stays hidden, with an alarm', async () => {
    const { world, who, hotline, kept, fields } = await fresh();
    const shown = hotline(NURSE, { hidden: true, caller: CallerId.parse('doe') });
    await world.store(who, shown);
    expect(await kept(shown.call)).toMatchObject({ hidden: false, caller: null });
    expect(await fields(shown.call)).toEqual(['caller', 'hidden']);
    const hidden = hotline(TIPS, { hidden: false, privileged: false });
    await world.store(who, hidden);
    expect(await kept(hidden.call)).toMatchObject({ hidden: true, record: { privileged: true } });
    const long = hotline(NURSE, { talked: HOUR as Millis, accepted: (world.clock.now - HOUR) as Instant });
    await world.store(who, long);
    expect(await kept(long.call)).toMatchObject({ talked: 15 * MINUTE });
    expect(await fields(long.call)).toEqual(['talked']);
    world.hotlines.clear();
    const unlisted = hotline(TIPS);
    await world.store(who, unlisted);
    expect(await kept(unlisted.call)).toMatchObject({ hidden: true });
    expect(world.alarms.map(({ kind }) => kind)).toEqual([
      ...['record-differs', 'record-differs', 'record-differs', 'record-without-session'],
    ]);
  });

  it('of a call that is no tip has no cover, and that of a tip names nobody who had not shown himself', async () => {
    const { world, who, talk, honest, hotline, kept } = await fresh();
    const call = await talk();
    await world.end(who, call, 2, TALK);
    const { language, phases, ended } = honest(call);
    const ending = { reason: 'caller-timeout', during: 'pin' } as const;
    const cover = { language, phases, ended, ending, caller: CallerId.parse('roe') };
    await world.store(who, { ...honest(call), cover });
    expect((await kept(call)).record).not.toHaveProperty('cover');
    const tip = hotline(TIPS, { cover });
    await world.store(who, tip);
    expect((await kept(tip.call)).record).toMatchObject({ hidden: true, cover: { ...cover, caller: null } });
    const shownBefore = hotline(TIPS, { cover });
    await world.identify(who, shownBefore.call, '22229307');
    await world.store(who, shownBefore);
    expect(await kept(shownBefore.call)).toMatchObject({ differs: [], record: shownBefore });
    expect(world.alarms.map(({ kind }) => kind)).toEqual(['record-differs', 'record-differs']);
  });

  it('of a lift names no caller who was not identified in it', async () => {
    const { world, who, attempt, kept } = await fresh();
    const call = newCall();
    await world.identify(who, call, '12345937');
    await world.store(who, attempt(call, { caller: CallerId.parse('roe') }));
    expect(await kept(call)).toMatchObject({ caller: 'doe', differs: [{ phone: 'roe', platform: 'doe' }] });
    const nobody = attempt(newCall(), { caller: CallerId.parse('roe') });
    await world.store(who, nobody);
    expect(await kept(nobody.call)).toMatchObject({ caller: null });
  });
}
