import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { acceptKey } from '../../../src/platform/terminals/keys.ts';
import { keyOf, makeTerminalKey } from '../../terminal-keys.ts';
import { asker, audit, makeWorld, newCall, recordOf, type Setup, siteFile } from '../world.ts';

export function keySuite(setup: () => Setup): void {
  const fresh = async () => {
    const { database } = setup();
    const world = await makeWorld(database);
    const facility = `f-${randomUUID()}`;
    await world.import(siteFile(facility));
    const who = asker(facility);
    const record = () => recordOf(who, newCall(), 0, world.clock.now);
    const accept = (thumbprint: string) =>
      database.db
        .transaction()
        .execute((trx) =>
          acceptKey(trx, who, thumbprint, { by: 'sgt. Lee', why: 'a new phone hangs there', at: world.clock.now }),
        );
    const alarms = () => world.alarms.filter(({ kind }) => kind === 'terminal-key');
    return { database, world, alarms, facility, who, record, accept };
  };

  it('of a place is the first that is seen there, whatever is imported later', async () => {
    const { world, facility, who, record } = await fresh();
    await world.store(who, record());
    await world.import(siteFile(facility));
    await expect(world.store(who, record(), await makeTerminalKey())).rejects.toThrow('not the key of this phone');
    expect(await world.store(who, record())).toBe(true);
    // Another place has another phone.
    const t2 = asker(facility, 't2');
    expect(await world.store(t2, recordOf(t2, newCall(), 0, world.clock.now))).toBe(true);
  });

  it('that is another is told once, and what it signs settles and stores nothing until it is accepted', async () => {
    const { world, database, alarms, facility, who, record, accept } = await fresh();
    await world.store(who, record());
    const call = newCall();
    await world.identify(who, call, '12345937');
    await world.authorise(who, call);
    await world.end(who, call, 1, 200_000);
    const key = await makeTerminalKey();
    const claimed = recordOf(who, call, 1_000, world.clock.now);
    for (let i = 0; i < 3; i++) await expect(world.store(who, claimed, key)).rejects.toThrow(key.kid);
    expect(alarms()).toEqual([
      { kind: 'terminal-key', where: { ...who, key: key.kid }, what: expect.stringContaining(key.kid) },
    ]);
    const family = async () => (await audit(database)).get(`${facility}/family`);
    expect(await family()).toEqual({ balance: 2_800_000, held: 0 });
    expect(await accept(key.kid)).toBe('accepted');
    expect(await accept(key.kid)).toBe('in-force');
    expect(await world.store(who, claimed, key)).toBe(true);
    expect(await family()).toEqual({ balance: 2_999_000, held: 0 });
    // The phone that hung there before speaks for this place no more; that it speaks at all is another alarm.
    for (let i = 0; i < 2; i++) await expect(world.store(who, record())).rejects.toThrow('not the key of this phone');
    expect(alarms().map(({ where }) => where)).toEqual([
      { ...who, key: key.kid },
      { ...who, key: (await keyOf(who)).kid },
    ]);
  });

  it('may be accepted before the phone hangs there, of a place that is known', async () => {
    const { world, database, facility, who, record, accept } = await fresh();
    const key = await makeTerminalKey();
    expect(await accept(key.kid)).toBe('accepted');
    expect(await world.store(who, record(), key)).toBe(true);
    await expect(world.store(who, record())).rejects.toThrow('not the key of this phone');
    const nowhere = asker(facility, 'unknown');
    const wish = { by: 'x', why: 'y', at: world.clock.now };
    expect(await database.db.transaction().execute((trx) => acceptKey(trx, nowhere, key.kid, wish))).toBe('unknown');
  });

  it('is one, however many are first at the same time, and a flood of others is remembered no further than twenty', async () => {
    const { world, database, alarms, who, record } = await fresh();
    const keys = await Promise.all(Array.from({ length: 30 }, makeTerminalKey));
    const came = await Promise.allSettled(keys.map((key) => world.store(who, record(), key)));
    expect(came.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const key of keys) await world.store(who, record(), key).catch(() => undefined);
    const rows = await database.db
      .selectFrom('terminal_keys')
      .select('state')
      .where('facility', '=', who.facility)
      .execute();
    expect(rows.filter(({ state }) => state === 'in-force')).toHaveLength(1);
    expect(rows.length).toBeLessThan(50);
    expect(alarms().length).toBe(rows.length - 1);
  });
}
