import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { withdraw } from '../../../src/platform/callers/voiceprints/erase.ts';
import { name } from '../../../src/platform/calls/name.ts';
import type { Asker } from '../../../src/platform/context.ts';
import { sealName } from '../../../src/protocol/sealing.ts';
import { SpokenName } from '../../../src/protocol/spoken-name.ts';
import { CallerId, type CallId } from '../../../src/protocol/units.ts';
import { liftsOn, YES } from '../callers/voiceprints/lifts.ts';
import { Person } from '../callers/voiceprints/made-up.ts';
import type { Setup } from '../world.ts';

const ASKS = (again: string | null = null) => ({ type: 'voice', result: 'name', again });
const ENROLLED = { type: 'voice', result: 'enrolled' };
const SILENT = { kind: 'silent' } as const;

export function nameSuite(setup: () => Setup): void {
  const { site, lift, enrol } = liftsOn(setup);
  const sealed = (who: Asker, call: CallId, sound: string) =>
    sealName(new SpokenName(sound), setup().world.keys.known.sealing, { call, terminal: who.terminal });
  const nameIn = async (who: Asker, call: CallId) => JSON.parse(await name(setup().world.control, who, { call }));

  /** A lift in which he has enrolled, and is asked for his name. */
  const enrolled = async (facility: string, he = new Person()) => {
    const first = await lift(facility);
    for (const told of [YES, he.says(), he.says()]) await first.tell(told);
    const reply = await first.tell(he.says());
    const say = async (sound: string) =>
      first.tell({ kind: 'name', sealed: await sealed(first.who, first.call, sound) });
    return { ...first, he, reply, say };
  };

  it('is asked for once a voice is known, kept, and there for the greeting of this call and of others', async () => {
    const { world } = setup();
    const { facility } = await site({ names: true, watch: { act: 'none' } });
    const sound = randomBytes(9_000).toString('base64');
    const { he, reply, say, again, dial, who, call } = await enrolled(facility);
    expect(reply).toEqual(ASKS());
    expect(await say(sound)).toEqual(ENROLLED);
    expect(await again(SILENT)).toEqual(ENROLLED);
    expect(await dial()).toMatchObject({ grant: { named: true, watched: true } });
    expect(await nameIn(who, call)).toEqual({ type: 'name', result: 'name', sound });
    await world.end(who, call, 99, 0);
    await expect(nameIn(who, call)).rejects.toThrow('no such call goes on');

    const next = await lift(facility, 't2');
    expect(await next.tell(he.says())).toMatchObject({ result: 'accepted' });
    await expect(nameIn(next.who, next.call)).rejects.toThrow('no such call goes on');
    expect(await next.dial()).toMatchObject({ grant: { named: true } });
    expect(await nameIn(next.who, next.call)).toMatchObject({ sound });
    // Another phone does not get it by that call's id.
    await expect(nameIn({ ...next.who, terminal: who.terminal }, next.call)).rejects.toThrow('no such call goes on');
  });

  it('is in no table in the clear, and destroyed with the voiceprint', async () => {
    const { world, database } = setup();
    const { facility } = await site({ names: true });
    const sound = randomBytes(9_000).toString('base64');
    const { say, dial, who, call } = await enrolled(facility);
    await say(sound);
    await dial();
    const kept = await sql<{ row: string }>`
      select row_to_json(n)::text as row from spoken_names n union all select row_to_json(a)::text from answers a`.execute(
      database.db,
    );
    const text = kept.rows.map(({ row }) => row).join();
    expect(text).not.toContain(sound.slice(0, 32));
    expect(text).not.toContain(Buffer.from(sound, 'base64').toString('hex').slice(0, 32));
    const owner = { facility: who.facility, caller: CallerId.parse('doe') };
    await withdraw(database.db, owner, { by: 'Sgt. Hill', why: 'his wish', at: world.clock.now });
    expect(await nameIn(who, call)).toEqual({ type: 'name', result: 'name', sound: null });
    expect(
      await database.db
        .selectFrom('spoken_names')
        .select('caller')
        .where((eb) => eb.and(owner))
        .execute(),
    ).toEqual([]);
  });

  it('is asked for once more where nothing was said, and gone on without', async () => {
    const { facility } = await site({ names: true });
    const { tell, dial } = await enrolled(facility);
    expect(await tell(SILENT)).toEqual(ASKS('silent'));
    expect(await tell(SILENT)).toEqual(ENROLLED);
    expect(await dial()).not.toHaveProperty('grant.named');
    const broken = await enrolled((await site({ names: true })).facility);
    expect(await broken.tell({ kind: 'unjudged', reason: 'no-microphone' })).toEqual(ENROLLED);
  });

  it('that is told where none is asked for is refused, and digits in its place', async () => {
    const { facility } = await site({ names: true });
    const first = await lift(facility);
    const told = { kind: 'name' as const, sealed: await sealed(first.who, first.call, 'AAAA') };
    await expect(first.tell(told)).rejects.toThrow('no name is asked for');
    const { tell, he, say } = await enrolled(facility);
    await expect(tell(he.says())).rejects.toThrow('his name is asked for');
    expect(await say('AAAA')).toEqual(ENROLLED);
    await expect(say('AAAA')).rejects.toThrow('nothing is asked of a voice in this call');
    const without = await site();
    await enrol(without.facility, he);
  });
}
