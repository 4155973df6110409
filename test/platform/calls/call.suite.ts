import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { sweep } from '../../../src/platform/calls/sweep.ts';
import type { Bound } from '../../../src/protocol/call.ts';
import { asker, audit, newCall, recordOf, type Setup, type SiteFile, siteFile } from '../world.ts';

/** A granted call of John Doe, or what came instead. */
async function begin({ world }: Setup, facility: string, dialled = '2025550123', terminal = 't1', pin = '12345937') {
  const [who, call] = [asker(facility, terminal), newCall()];
  expect(await world.identify(who, call, pin)).toMatchObject({ result: 'known' });
  return { who, call, reply: await world.authorise(who, call, dialled) };
}

export function callSuite(setup: () => Setup): void {
  const site = async (change?: (site: SiteFile) => void) => {
    const facility = `f-${randomUUID()}`;
    await setup().world.import(siteFile(facility, change));
    return facility;
  };
  const account = async (facility: string, name = 'family') =>
    (await audit(setup().database)).get(`${facility}/${name}`);

  it('is granted, extended, ended and paid', async () => {
    const { world } = setup();
    const facility = await site();
    const { who, call, reply } = await begin(setup(), facility);
    expect(reply).toMatchObject({
      result: 'granted',
      grant: {
        number: '+12025550123',
        quota: 300_000,
        expected: 900_000,
        final: null,
        until: null,
        privileged: false,
        recorded: true,
      },
    });
    expect(reply).toMatchObject({ grant: { charge: { kind: 'prepaid', rate: 60_000, balance: 3_000_000 } } });
    expect(await account(facility)).toEqual({ balance: 3_000_000, held: 300_000 });
    expect(await world.authorise(who, call)).toEqual(reply);
    const more = await world.extend(who, call, 1, 150_000);
    expect(more).toMatchObject({ grant: { quota: 600_000, final: null } });
    expect(await world.extend(who, call, 1, 299_000)).toEqual(more);
    expect(await world.extend(who, call, 2, 450_000)).toMatchObject({
      grant: { quota: 900_000, final: 'facility-limit' },
    });
    const ended = await world.end(who, call, 3, 500_500);
    expect(ended).toMatchObject({ charge: { kind: 'prepaid', balance: 3_000_000 - 500_500 } });
    expect(await world.end(who, call, 3, 1)).toEqual(ended);
    expect(await account(facility)).toEqual({ balance: 2_499_500, held: 0 });
  });

  it('is settled by its record, stored once, whatever the end said', async () => {
    const { world } = setup();
    for (const [said, talked] of [
      [100_000, 120_000],
      [120_000, 100_000],
      [null, 90_000],
      [90_000, 90_000],
    ] as const) {
      const facility = await site();
      const { who, call } = await begin(setup(), facility);
      if (said !== null) await world.end(who, call, 1, said);
      const record = recordOf(who, call, talked, setup().world.clock.now);
      expect(await world.store(who, record)).toBe(true);
      expect(await world.store(who, { ...record, talked: (talked + 5_000) as typeof record.talked })).toBe(false);
      await world.end(who, call, 2, 200_000);
      expect(await account(facility)).toEqual({ balance: 3_000_000 - talked, held: 0 });
    }
  });

  it('charges nothing beyond what was granted, nor outside acceptance and end', async () => {
    const { world } = setup();
    const facility = await site();
    const first = await begin(setup(), facility);
    await world.store(first.who, recordOf(first.who, first.call, 9_000_000, world.clock.now));
    expect(await account(facility)).toEqual({ balance: 2_700_000, held: 0 });
    const second = await begin(setup(), facility);
    const record = recordOf(second.who, second.call, 60_000, world.clock.now);
    await world.store(second.who, { ...record, accepted: null });
    expect(await account(facility)).toEqual({ balance: 2_700_000, held: 0 });
  });

  it('is closed when not heard of, and corrected by a late record, as far as money is left', async () => {
    const { world } = setup();
    const facility = await site((s) => {
      s.accounts = [{ id: 'family', name: 'Doe', numbers: ['+12025550123'], opening: '0.40' }];
    });
    const { who, call } = await begin(setup(), facility);
    await world.extend(who, call, 1, 100_000);
    expect(await account(facility)).toEqual({ balance: 400_000, held: 400_000 });
    world.pass(599_000);
    await sweep(world.control);
    expect(await account(facility)).toEqual({ balance: 400_000, held: 400_000 });
    world.pass(2_000);
    expect(await sweep(world.control)).toBeGreaterThan(0);
    expect(await account(facility)).toEqual({ balance: 300_000, held: 0 });
    expect(await world.extend(who, call, 2, 200_000)).toMatchObject({ result: 'refused' });
    // Meanwhile another call takes most of what is left.
    const other = await begin(setup(), facility);
    await world.end(other.who, other.call, 1, 250_000);
    await world.store(who, recordOf(who, call, 390_000, world.clock.now));
    expect(await account(facility)).toEqual({ balance: 0, held: 0 });
    const session = await setup()
      .database.db.selectFrom('sessions')
      .selectAll()
      .where('call', '=', call)
      .executeTakeFirst();
    expect(session).toMatchObject({ charged: 150_000, forgone: 240_000, settled_by: 'record' });
  });

  it('is granted what is affordable, says that balance is the bound, and nothing below a second', async () => {
    const { world } = setup();
    const facility = await site((s) => {
      s.accounts = [{ id: 'family', name: 'Doe', numbers: ['+12025550123'], opening: '0.3505' }];
    });
    const { who, call, reply } = await begin(setup(), facility);
    expect(reply).toMatchObject({ grant: { quota: 300_000, expected: 350_000, final: null } });
    expect(await world.extend(who, call, 1, 200_000)).toMatchObject({ grant: { quota: 350_000, final: 'balance' } });
    expect(await world.extend(who, call, 2, 300_000)).toMatchObject({ grant: { quota: 350_000, final: 'balance' } });
    await world.end(who, call, 3, 350_000);
    expect(await account(facility)).toEqual({ balance: 500, held: 0 });
    expect((await begin(setup(), facility)).reply).toEqual({
      type: 'authorise',
      result: 'refused',
      reason: 'no-balance',
    });
  });

  it.each<[string, (site: SiteFile) => void, number, Bound]>([
    ['facility', (s) => Object.assign(s.facility, { limit: '2m' }), 120_000, 'facility-limit'],
    ['unit', (s) => Object.assign(s.units[0] ?? {}, { limit: '3m' }), 180_000, 'unit-limit'],
    ['caller', (s) => Object.assign(s.callers?.[0] ?? {}, { limit: '4m' }), 240_000, 'caller-limit'],
    [
      'number',
      (s) => Object.assign(s.callers?.[0] ?? {}, { limit: '4m', numbers: [{ number: '+12025550123', limit: '1m' }] }),
      60_000,
      'number-limit',
    ],
    ['hours', (s) => Object.assign(s.callers?.[0] ?? {}, { hours: { tue: ['08:00-13:00'] } }), 150_000, 'hours'],
  ])('is bound by the limit of the %s where that is the shortest', async (_, change, quota, final) => {
    const { world } = setup();
    const before = world.clock.now;
    const facility = await site(change);
    // Half past two minutes to one o'clock in Chicago, whatever earlier tests did to the clock.
    world.clock.now = Date.UTC(2026, 2, 3, 18, 57, 30) as typeof before;
    const { who, call, reply } = await begin(setup(), facility);
    expect(reply).toMatchObject({ grant: { quota, final } });
    if (final === 'hours') expect(reply).toMatchObject({ grant: { until: Date.UTC(2026, 2, 3, 19) } });
    await world.end(who, call, 1, 0);
    world.clock.now = before;
  });

  it.each<[string, (site: SiteFile) => void, string, string]>([
    ['a number no plan has', () => undefined, '911', 'number-invalid'],
    [
      'a blocked area',
      (s) => Object.assign(s, { blocks: [{ pattern: '900-???-????', kind: 'facility', note: 'premium' }] }),
      '9005550123',
      'number-blocked',
    ],
    [
      'a number not on the list',
      (s) => Object.assign(s.facility, { dialling: 'listed' }),
      '2025550123',
      'number-not-allowed',
    ],
    [
      'a number that has no rate',
      (s) => Object.assign(s, { rates: [{ from: '2024-01-01', prefix: '+1312', perMinute: '0.06' }] }),
      '2025550123',
      'number-not-allowed',
    ],
    [
      'a rate that is not yet in force',
      (s) => Object.assign(s, { rates: [{ from: '2027-01-01', perMinute: '0.06' }] }),
      '2025550123',
      'number-not-allowed',
    ],
    ['a number nobody pays for', () => undefined, '3125550123', 'no-account'],
    [
      'an empty account',
      (s) => Object.assign(s, { accounts: [{ id: 'family', name: 'Doe', numbers: ['+12025550123'] }] }),
      '2025550123',
      'no-balance',
    ],
    [
      'the wrong day',
      (s) => Object.assign(s.facility, { hours: { sat: ['00:00-24:00'] } }),
      '2025550123',
      'outside-hours',
    ],
  ])('is refused for %s', async (_, change, dialled, reason) => {
    const facility = await site(change);
    const { who, call, reply } = await begin(setup(), facility, dialled);
    expect(reply).toEqual({ type: 'authorise', result: 'refused', reason });
    expect(await setup().world.authorise(who, call, dialled)).toEqual(reply);
  });

  it('is refused without a PIN, and long after it', async () => {
    const { world } = setup();
    const [who, call] = [asker(await site()), newCall()];
    const refused = { type: 'authorise', result: 'refused', reason: 'not-identified' };
    expect(await world.authorise(who, call)).toEqual(refused);
    const late = newCall();
    await world.identify(who, late, '12345937');
    expect(await world.authorise(asker(who.facility, 't2'), late)).toEqual(refused);
    world.pass(601_000);
    expect(await world.authorise(who, late, '2025550124')).toEqual(refused);
  });

  it('is one at a time for a caller, but a lost one on the same terminal does not bar the next', async () => {
    const { world } = setup();
    const facility = await site();
    const first = await begin(setup(), facility);
    await world.extend(first.who, first.call, 1, 60_000);
    expect((await begin(setup(), facility, '2025550123', 't2')).reply).toMatchObject({ reason: 'caller-busy' });
    expect((await begin(setup(), facility)).reply).toMatchObject({ result: 'granted' });
    expect(await account(facility)).toEqual({ balance: 2_940_000, held: 300_000 });
    expect(await world.authorise(first.who, first.call, '2025550124')).toMatchObject({ reason: 'caller-busy' });
  });

  it('of another terminal is none of its business', async () => {
    const { world } = setup();
    const facility = await site((s) => s.callers?.push({ id: 'roe', name: 'Jane Roe', pin: '22229307' }));
    const elsewhere = await site();
    const { who, call, reply } = await begin(setup(), facility);
    const more = await world.extend(who, call, 1, 10_000);
    // Who knows the id of a call is not yet who made it, be it another phone here or one of another county.
    for (const other of [asker(facility, 't2'), asker(elsewhere, 't1')]) {
      const refused = { result: 'refused', reason: 'not-identified' };
      expect(await world.authorise(other, call)).toMatchObject(refused);
      expect(await world.extend(other, call, 1, 900_000)).toMatchObject(refused);
      expect(await world.end(other, call, 2, 900_000)).toMatchObject({ charge: null });
      await world.store(other, recordOf(other, call, 900_000, world.clock.now));
      await expect(world.store(other, recordOf(who, call, 0, world.clock.now))).rejects.toThrow('of terminal t1');
    }
    expect(await account(facility)).toEqual({ balance: 3_000_000, held: 600_000 });
    expect(await account(elsewhere)).toEqual({ balance: 3_000_000, held: 0 });
    // What the phone itself was answered before it is answered again, and its record is stored beside theirs.
    expect(await world.authorise(who, call)).toEqual(reply);
    expect(await world.extend(who, call, 1, 10_000)).toEqual(more);
    expect(await world.store(who, recordOf(who, call, 60_000, world.clock.now))).toBe(true);
    expect(await account(facility)).toEqual({ balance: 2_940_000, held: 0 });
    await expect(world.authorise(asker(facility, 'unknown'), newCall())).rejects.toThrow(
      'add it to a unit of the site file',
    );
  });

  it('has the id that another phone gave to its own at the same time, and the two are two', async () => {
    const { world } = setup();
    const facility = await site((s) => s.callers?.push({ id: 'roe', name: 'Jane Roe', pin: '22229307' }));
    const call = newCall();
    const [doe, roe] = [asker(facility, 't1'), asker(facility, 't2')];
    expect(await world.identify(doe, call, '12345937')).toMatchObject({ caller: 'doe' });
    expect(await world.identify(roe, call, '22229307')).toMatchObject({ caller: 'roe' });
    for (const who of [doe, roe]) expect(await world.authorise(who, call)).toMatchObject({ result: 'granted' });
    expect(await account(facility)).toEqual({ balance: 3_000_000, held: 600_000 });
    expect(await world.end(doe, call, 1, 60_000)).toMatchObject({ charge: { balance: 2_640_000 } });
    expect(await world.extend(roe, call, 1, 200_000)).toMatchObject({ grant: { quota: 600_000 } });
    await world.store(roe, recordOf(roe, call, 100_000, world.clock.now));
    await world.store(doe, recordOf(doe, call, 70_000, world.clock.now));
    expect(await account(facility)).toEqual({ balance: 2_830_000, held: 0 });
  });

  it('is rated by the longest prefix, with what the facility adds', async () => {
    const facility = await site((s) => {
      s.rates = [
        { from: '2024-01-01', perMinute: '0.21' },
        { from: '2024-01-01', prefix: '+1', perMinute: '0.06' },
        { from: '2024-01-01', prefix: '+1202', perMinute: '0.09' },
        { from: '2026-01-01', prefix: '+1202', perMinute: '0.08', facilityAdds: '0.02' },
        { from: '2027-01-01', prefix: '+12025', perMinute: '0.01' },
      ];
    });
    expect((await begin(setup(), facility)).reply).toMatchObject({ grant: { charge: { rate: 100_000 } } });
  });

  it('to an attorney is privileged, not recorded, and free where the site says so', async () => {
    const { world } = setup();
    const facility = await site((s) => {
      s.facility.dialling = 'listed';
      s.callers = [
        {
          id: 'doe',
          name: 'John Doe',
          pin: '12345937',
          numbers: [{ number: '+12025550199', privileged: true, free: true, digits: 'pass' }],
        },
      ];
      s.allows = [{ pattern: '202-555-02??', privileged: true, free: true }];
      s.rates = [];
    });
    for (const [dialled, digits] of [
      ['2025550199', 'pass'],
      ['2025550211', 'block'],
    ] as const) {
      const { who, call, reply } = await begin(setup(), facility, dialled);
      expect(reply).toMatchObject({ grant: { privileged: true, recorded: false, digits, charge: { kind: 'free' } } });
      expect(await world.extend(who, call, 1, 290_000)).toMatchObject({ grant: { quota: 600_000 } });
      expect(await world.end(who, call, 2, 500_000)).toMatchObject({ charge: { kind: 'free' } });
    }
  });

  it('is paid by the family first, by the caller where that has nothing left', async () => {
    const facility = await site((s) => {
      s.callers = [{ id: 'doe', name: 'John Doe', pin: '12345937', debit: { opening: '5.00' } }];
      s.accounts = [{ id: 'family', name: 'Doe', numbers: ['+12025550123'], opening: '0.10' }];
    });
    const { world } = setup();
    const first = await begin(setup(), facility);
    expect(first.reply).toMatchObject({ grant: { quota: 100_000, charge: { kind: 'prepaid' } } });
    await world.end(first.who, first.call, 1, 100_000);
    const second = await begin(setup(), facility);
    expect(second.reply).toMatchObject({ grant: { quota: 300_000, charge: { kind: 'debit', balance: 5_000_000 } } });
    expect((await begin(setup(), facility, '3125550123')).reply).toMatchObject({
      grant: { charge: { kind: 'debit' } },
    });
  });

  it('that the called party blocks is the last to that number', async () => {
    const { world } = setup();
    const facility = await site((s) => {
      s.callers = [
        { id: 'doe', name: 'John Doe', pin: '12345937', numbers: [{ number: '+12025550123', overridesBlock: true }] },
      ];
    });
    const { who, call } = await begin(setup(), facility);
    const record = recordOf(who, call, 0, world.clock.now);
    await world.store(who, { ...record, ending: { reason: 'blocked-by-callee', during: 'greeting' } });
    expect((await begin(setup(), facility)).reply).toMatchObject({ reason: 'number-blocked' });
    expect((await begin(setup(), facility, '2025550124')).reply).toMatchObject({ result: 'granted' });
    // The site file does not know of it, and does not undo it.
    await world.import(siteFile(facility));
    expect((await begin(setup(), facility)).reply).toMatchObject({ reason: 'number-blocked' });
  });

  it.each([
    ['this caller', 'caller', 'granted'],
    ['everybody here', 'facility', 'refused'],
  ] as const)('blocked by the called party for %s is granted or not to another caller', async (_, blocks, result) => {
    const { world } = setup();
    const facility = await site((s) => s.callers?.push({ id: 'roe', name: 'Jane Roe', pin: '22229307' }));
    const { who, call } = await begin(setup(), facility);
    const record = recordOf(who, call, 0, world.clock.now);
    await world.store(who, {
      ...record,
      ending: { reason: 'blocked-by-callee', during: 'greeting', blocks },
    });
    expect((await begin(setup(), facility)).reply).toMatchObject({ reason: 'number-blocked' });
    const roe = await begin(setup(), facility, '2025550123', 't2', '22229307');
    expect(roe.reply).toMatchObject({ result });
    expect((await begin(setup(), facility, '2025550124', 't3')).reply).toMatchObject({ result: 'granted' });
  });

  it('gets no more when its caller is suspended, and none that has its record', async () => {
    const { world } = setup();
    const facility = await site();
    const { who, call } = await begin(setup(), facility);
    await world.import(siteFile(facility, (s) => Object.assign(s.callers?.[0] ?? {}, { suspended: true })));
    expect(await world.extend(who, call, 1, 10_000)).toMatchObject({ result: 'refused', reason: 'caller-suspended' });
    await world.end(who, call, 2, 12_000);
    expect(await account(facility)).toEqual({ balance: 2_988_000, held: 0 });
    expect(await world.identify(who, newCall(), '12345937')).toMatchObject({
      result: 'refused',
      reason: 'caller-suspended',
    });
    await world.import(siteFile(facility));
    const over = newCall();
    await world.identify(who, over, '12345937');
    await world.store(who, recordOf(who, over, 0, world.clock.now));
    expect(await world.authorise(who, over)).toMatchObject({ result: 'refused' });
  });

  it('that is never accepted holds no money for ever, however often its terminal asks', async () => {
    const { world } = setup();
    const facility = await site();
    const { who, call, reply } = await begin(setup(), facility);
    expect(reply).toMatchObject({ result: 'granted' });
    // Heard of every two minutes: silence would close it.
    let refused = 0;
    for (let i = 1; i <= 30; i++) {
      world.pass(120_000);
      const more = await world.extend(who, call, i, 0);
      if (more.result === 'refused') refused++;
      await sweep(world.control);
      if (i === 1) expect(more).toMatchObject({ result: 'granted' });
    }
    expect(refused).toBeGreaterThan(25);
    expect(await account(facility)).toEqual({ balance: 3_000_000, held: 0 });
    expect((await begin(setup(), facility, '2025550123', 't2')).reply).toMatchObject({ result: 'granted' });
  });

  it('that its terminal says is still going on long after its limit is closed', async () => {
    const { world } = setup();
    const facility = await site();
    const { who, call } = await begin(setup(), facility);
    for (let i = 1; i <= 30; i++) {
      world.pass(120_000);
      await world.extend(who, call, i, 60_000);
      await sweep(world.control);
    }
    expect(await account(facility)).toEqual({ balance: 2_940_000, held: 0 });
    expect(await world.extend(who, call, 31, 60_000)).toMatchObject({ result: 'refused' });
  });
}
