import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect, it, vi } from 'vitest';
import { asker, makeWorld, newCall, type Setup, siteFile } from '../world.ts';

const MINUTE = 60_000;

export function identifySuite(setup: () => Setup): void {
  const fresh = async (lockout: object = {}) => {
    const world = await makeWorld(setup().database, { lockout });
    const facility = `f-${randomUUID()}`;
    await world.import(
      siteFile(facility, (s) => s.callers?.push({ id: 'roe', name: 'Jane Roe', language: 'es', pin: '22229307' })),
    );
    const attempt = (pin: string, terminal = 't1') => world.identify(asker(facility, terminal), newCall(), pin);
    return { world, facility, attempt };
  };

  it('locks a PIN on a phone after three wrong tries there, for 1, 2, 4 minutes and so on up to an hour', async () => {
    const { world, attempt } = await fresh({ terminal: { tries: 1_000 } });
    for (let i = 0; i < 3; i++) expect(await attempt('12340000')).toMatchObject({ result: 'wrong' });
    for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
      // The right PIN is no better while it lasts, and asking does not make it longer.
      expect(await attempt('12345937')).toEqual({ type: 'identify', result: 'locked', retryAfter: minutes * MINUTE });
      world.pass(minutes * MINUTE - 1);
      expect(await attempt('12345937')).toMatchObject({ result: 'locked', retryAfter: 1 });
      world.pass(1);
      if (minutes < 60) expect(await attempt('12340000')).toMatchObject({ result: 'wrong' });
      else break;
    }
    expect(await attempt('22229307')).toMatchObject({ result: 'known', caller: 'roe', language: 'es' });
    expect(await attempt('12345937')).toMatchObject({ result: 'known' });
    // Known: counted from nothing again.
    for (let i = 0; i < 3; i++) expect(await attempt('12340000')).toMatchObject({ result: 'wrong' });
    expect(await attempt('12345937')).toMatchObject({ result: 'locked', retryAfter: MINUTE });
  });

  it('keeps nobody locked from another phone, whoever tries his id and however often', async () => {
    const { world, attempt } = await fresh({ terminal: { tries: 1_000 } });
    for (let hour = 0; hour < 12; hour++) {
      for (let i = 0; i < 5; i++) await attempt('12340000', 't1');
      expect(await attempt('12345937', 't1')).toMatchObject({ result: 'locked' });
      expect(await attempt('12345937', 't2')).toMatchObject({ result: 'known', caller: 'doe' });
      // Nor does his being known elsewhere free the phone on which he is tried.
      expect(await attempt('12345937', 't1')).toMatchObject({ result: 'locked' });
      world.pass(60 * MINUTE);
    }
  });

  it('counts wrong tries of a facility, and raises an alarm at every sixtieth, without locking anybody', async () => {
    const { world, facility, attempt } = await fresh({ terminal: { tries: 1_000 } });
    const guess = (i: number) => attempt(`${3000 + i}0000`, `t${1 + (i % 4)}`);
    for (let i = 0; i < 59; i++) expect(await guess(i)).toMatchObject({ result: 'wrong' });
    expect(world.alarms).toEqual([]);
    await guess(59);
    expect(world.alarms).toEqual([
      { kind: 'pin-guessing', where: { facility, terminal: 't4' }, what: expect.stringContaining('60 wrong PINs') },
    ]);
    expect(world.control.counters.all()).toMatchObject({ 'wrong-pin': 60, 'alarm-pin-guessing': 1 });
    for (let i = 60; i < 120; i++) await guess(i);
    expect(world.alarms).toHaveLength(2);
    // What was wrong long ago is forgotten; a known PIN is no wrong one.
    world.pass(24 * 60 * MINUTE);
    for (let i = 0; i < 80; i++) expect(await attempt('12345937')).toMatchObject({ result: 'known' });
    for (let i = 0; i < 59; i++) await guess(200 + i);
    expect(world.alarms).toHaveLength(2);
  });

  it('treats an id that nobody has as a wrong passcode', async () => {
    const { attempt } = await fresh();
    for (let i = 0; i < 3; i++) expect(await attempt('99990000')).toMatchObject({ result: 'wrong' });
    expect(await attempt('99991111')).toMatchObject({ result: 'locked', retryAfter: MINUTE });
    expect(await attempt('9')).toMatchObject({ result: 'wrong' });
  });

  it('locks a terminal too, and a known PIN does not clear that', async () => {
    const { world, attempt } = await fresh({ terminal: { tries: 4, decay: '10m' } });
    for (const id of ['5000', '5001', '5002']) expect(await attempt(`${id}0000`)).toMatchObject({ result: 'wrong' });
    expect(await attempt('12345937')).toMatchObject({ result: 'known' });
    expect(await attempt('50030000')).toMatchObject({ result: 'wrong' });
    expect(await attempt('12345937')).toMatchObject({ result: 'locked', retryAfter: MINUTE });
    expect(await attempt('12345937', 't2')).toMatchObject({ result: 'known' });
    // With time it forgets: two of the four.
    world.pass(20 * MINUTE);
    for (const id of ['5004', '5005']) expect(await attempt(`${id}0000`)).toMatchObject({ result: 'wrong' });
    expect(await attempt('12345937')).toMatchObject({ result: 'locked' });
  });

  it('counts a message delivered twice once, and gives it the same answer', async () => {
    const { world, facility, attempt } = await fresh();
    const [who, call, message] = [asker(facility), newCall(), randomUUID()];
    for (let i = 0; i < 5; i++)
      expect(await world.identify(who, call, '12340000', message)).toMatchObject({ result: 'wrong' });
    expect(await attempt('12345937')).toMatchObject({ result: 'known' });
  });

  it('looks at no more guesses than allowed when many come at once', async () => {
    const { attempt } = await fresh({ terminal: { tries: 1_000 } });
    const guesses = Array.from({ length: 40 }, (_, i) =>
      attempt(`1234${String(i).padStart(4, '0')}`, `t${1 + (i % 4)}`),
    );
    const results = (await Promise.all(guesses)).map((r) => r.result);
    // Three on each of four phones.
    expect(results.filter((r) => r === 'wrong')).toHaveLength(12);
    expect(results.filter((r) => r === 'locked')).toHaveLength(28);
  });

  it('keeps nothing of a PIN that can be read back', async () => {
    const { database, world } = setup();
    const facility = `f-${randomUUID()}`;
    await world.import(siteFile(facility, (s) => Object.assign(s.callers?.[0] ?? {}, { pin: '86420975' })));
    await world.identify(asker(facility), newCall(), '86420975');
    await world.identify(asker(facility), newCall(), '86421111');
    for (const table of ['callers', 'attempts', 'answers', 'identified'] as const) {
      const rows = JSON.stringify(await database.db.selectFrom(table).selectAll().execute());
      expect(rows).not.toMatch(/8642(0975|1111)/);
    }
  });

  it('opens no PIN that was sealed for another call or another terminal', async () => {
    const { world } = setup();
    const facility = `f-${randomUUID()}`;
    await world.import(siteFile(facility));
    await expect(world.replay(asker(facility), '12345937')).rejects.toThrow('another call');
  });

  it('takes one statement more where voices are asked for, and none where they are not', async () => {
    const { world, facility, attempt } = await fresh();
    const voices = siteFile(`v-${randomUUID()}`, (s) => {
      s.facility.voice = { enrol: 'invited', refused: 'flag', unjudged: 'flag', watch: { act: 'none' } };
    });
    await world.import(voices);
    const statements = async (deed: () => Promise<unknown>) => {
      const query = vi.spyOn(pg.Client.prototype, 'query');
      await deed();
      const { length } = query.mock.calls;
      query.mockRestore();
      return length;
    };
    expect(await statements(() => attempt('12345937'))).toBe(5);
    const [who, call] = [asker(voices.facility.id), newCall()];
    expect(await statements(() => world.identify(who, call, '12345937'))).toBe(6);
    expect(await statements(() => world.authorise(who, call))).toBe(2);
    expect(await statements(() => world.authorise(asker(facility), newCall()))).toBe(2);
  });
}
