import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { Site } from '../../../src/platform/facilities/site.ts';
import { asker, audit, newCall, type Setup, type SiteFile, siteFile } from '../world.ts';

const TABLES = [
  'facilities',
  'units',
  'terminals',
  'callers',
  'allowed_numbers',
  'blocks',
  'allows',
  'rates',
  'account_numbers',
  'voice_waivers',
] as const;

export function siteSuite(setup: () => Setup): void {
  const rows = async (facility: string) => {
    const { db } = setup().database;
    const all: Record<string, unknown[]> = {};
    for (const table of TABLES) {
      const column = table === 'facilities' ? 'id' : 'facility';
      const found = await db
        .selectFrom(table)
        .selectAll()
        .where(column as 'facility', '=', asker(facility).facility)
        .execute();
      all[table] = found.map((row) => JSON.stringify(row)).sort();
    }
    all.transfers = await db.selectFrom('transfers').selectAll().where('to_account', 'like', `${facility}/%`).execute();
    return all;
  };

  it('is imported whole, and changes nothing when imported again', async () => {
    const { world, database } = setup();
    const facility = `f-${randomUUID()}`;
    const site = siteFile(facility, (s) => {
      s.facility.hours = { mon: ['06:00-22:00'] };
      s.facility.voice = { enrol: 'invited', refused: 'staff', unjudged: 'flag', watch: { act: 'announce' } };
      s.callers?.push({
        id: 'roe',
        name: 'Jane Roe',
        pin: '22229307',
        debit: { opening: '7.50' },
        numbers: [{ number: '+12025550123' }],
        voice: { waived: 'hearing' },
      });
      s.blocks = [{ pattern: '900-???-????', kind: 'facility', note: 'premium' }];
      s.allows = [{ pattern: '800-555-????', free: true }];
    });
    await world.import(site);
    const first = await rows(facility);
    world.pass(60_000);
    await world.import(site);
    expect(await rows(facility)).toEqual(first);
    expect(first.voice_waivers).toHaveLength(1);
    const books = await audit(database);
    expect(books.get(`${facility}/family`)).toEqual({ balance: 3_000_000, held: 0 });
    expect(books.get(`${facility}/debit:roe`)).toEqual({ balance: 7_500_000, held: 0 });
  });

  it('changed, changes what differs; who is gone may not call, money stays', async () => {
    const { world, database } = setup();
    const facility = `f-${randomUUID()}`;
    await world.import(siteFile(facility, (s) => s.callers?.push({ id: 'roe', name: 'Jane Roe', pin: '22229307' })));
    await world.import(
      siteFile(facility, (s) => {
        s.callers = [{ id: 'roe', name: 'Jane Roe', pin: '12345937' }];
        s.accounts = [];
        s.blocks = [{ pattern: '+1202*', kind: 'security' }];
      }),
    );
    const call = newCall();
    expect(await world.identify(asker(facility), newCall(), '22229307')).toMatchObject({ result: 'wrong' });
    // The PIN that was John Doe's is Jane Roe's now, and he is gone.
    expect(await world.identify(asker(facility), call, '12345937')).toMatchObject({ caller: 'roe' });
    expect(await world.authorise(asker(facility), call)).toMatchObject({ reason: 'number-blocked' });
    expect((await audit(database)).get(`${facility}/family`)).toEqual({ balance: 3_000_000, held: 0 });
    await world.import(siteFile(facility, (s) => Object.assign(s, { callers: [] })));
    expect(await world.identify(asker(facility), newCall(), '12345937')).toMatchObject({ result: 'wrong' });
  });

  it('leaves a phone that was claimed where it is, though it does not name it', async () => {
    const { world, database } = setup();
    const facility = `f-${randomUUID()}`;
    await world.import(siteFile(facility));
    const claim = { ...asker(facility, 't4'), thumbprint: randomUUID(), claimed: world.clock.now };
    await sql`insert into claims select * from jsonb_populate_record(null::claims,
      ${JSON.stringify({ ...claim, says: {}, claimed_by: 'a technician' })}::jsonb)`.execute(database.db);
    const less = (unit: string) =>
      siteFile(facility, (s) => {
        s.units = [{ id: unit, terminals: ['t1'] }];
      });
    expect(await world.import(less('a'))).toBe(2);
    expect((await rows(facility)).terminals).toHaveLength(2);
    expect(await world.import(less('a'))).toBe(0);
    await expect(world.import(less('b'))).rejects.toThrow('unit a is not in the file, and phone t4 stands there');
  });

  it('is one after the other where two come at once, and either is whole', async () => {
    const { world } = setup();
    const facility = `f-${randomUUID()}`;
    const people = (of: string) =>
      siteFile(facility, (s) => {
        s.callers = Array.from({ length: 60 }, (_, n) => ({ id: `${of}${n}`, name: of, pin: `${1_000 + n}5937` }));
      });
    const files = ['ann', 'bob'].map(people);
    await Promise.all(files.map(world.import));
    const { callers = [] } = await rows(facility);
    const named = callers.map((row) => JSON.parse(String(row))).filter(({ pin_hash }) => pin_hash !== null);
    expect(new Set(named.map(({ name }) => name)).size).toBe(1);
    expect(named).toHaveLength(60);
  });

  it.each<[string, (site: SiteFile) => void, string]>([
    ['an unknown key', (s) => Object.assign(s, { bloks: [] }), 'bloks'],
    [
      'a time zone nobody knows',
      (s) => Object.assign(s.facility, { timeZone: 'Mars/Olympus' }),
      'an IANA time zone is wanted',
    ],
    [
      'a facility block without a note',
      (s) => Object.assign(s, { blocks: [{ pattern: '+53*', kind: 'facility' }] }),
      'needs a note',
    ],
    ['a terminal in two units', (s) => s.units.push({ id: 'b', terminals: ['t1'] }), 'terminal t1 is there twice'],
    [
      'two callers with one PIN id',
      (s) => s.callers?.push({ id: 'roe', name: 'R', pin: '12340000' }),
      'callers doe and roe have the same PIN id',
    ],
    [
      'a passcode that is too short',
      (s) => Object.assign(s.callers?.[0] ?? {}, { pin: '12345' }),
      'a passcode of at least 4',
    ],
    ...['12341234', '12344321', '12345678', '12341985', '12347777'].map(
      (pin): [string, (site: SiteFile) => void, string] => [
        `the passcode ${pin.slice(4)}`,
        (s) => Object.assign(s.callers?.[0] ?? {}, { pin }),
        'caller doe: a passcode that is not easily guessed is wanted',
      ],
    ),
    [
      'a number in two accounts',
      (s) => s.accounts?.push({ id: 'x', name: 'X', numbers: ['+12025550123'] }),
      'prepaid number +12025550123',
    ],
    ['a limit of two hours', (s) => Object.assign(s.facility, { limit: '2h' }), 'a limit of 1m to 99m'],
    ['a negative opening', (s) => Object.assign(s.accounts?.[0] ?? {}, { opening: '-5' }), 'an amount in dollars'],
  ])('with %s is refused by name', (_, change, why) => {
    const { error } = Site.safeParse(siteFile('f', change));
    expect(JSON.stringify(error?.issues)).toContain(why);
    expect(JSON.stringify(error?.issues)).not.toMatch(/1234\d{4}/);
  });
}
