import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { keyOfSecret } from '../../../src/platform/callers/voiceprints/at-rest.ts';
import { withdraw } from '../../../src/platform/callers/voiceprints/erase.ts';
import { name } from '../../../src/platform/calls/name.ts';
import type { Asker } from '../../../src/platform/context.ts';
import { CallSecret } from '../../../src/protocol/call-secret.ts';
import { NameReply, RequestMessage } from '../../../src/protocol/messages.ts';
import { openToldName, sealName } from '../../../src/protocol/sealing.ts';
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
  const nameIn = async (who: Asker, call: CallId) =>
    NameReply.parse(JSON.parse(await name(setup().world.control, who, { call }))).sound;
  /** As the phone that has `secret` hears it. */
  const heardIn = async ({ who, call }: { who: Asker; call: CallId }, secret: CallSecret) => {
    const sound = await nameIn(who, call);
    return sound && (await openToldName(sound, secret, { call, terminal: who.terminal })).reveal();
  };

  /** A lift in which he has enrolled, and is asked for his name. */
  const enrolled = async (facility: string, secret?: CallSecret, he = new Person()) => {
    const first = await lift(facility, 't1', undefined, secret);
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
    const [secret, later] = [CallSecret.make(), CallSecret.make()];
    const { he, reply, say, again, dial, who, call } = await enrolled(facility, secret);
    expect(reply).toEqual(ASKS());
    expect(await say(sound)).toEqual(ENROLLED);
    expect(await again(SILENT)).toEqual(ENROLLED);
    expect(await dial()).toMatchObject({ grant: { named: true, watched: true } });
    expect(await heardIn({ who, call }, secret)).toBe(sound);
    await world.end(who, call, 99, 0);
    await expect(nameIn(who, call)).rejects.toThrow('no such call goes on');

    const next = await lift(facility, 't2', undefined, later);
    expect(await next.tell(he.says())).toMatchObject({ result: 'accepted' });
    await expect(nameIn(next.who, next.call)).rejects.toThrow('no such call goes on');
    expect(await next.dial()).toMatchObject({ grant: { named: true } });
    expect(await heardIn(next, later)).toBe(sound);
    await expect(heardIn(next, secret)).rejects.toThrow('cannot be opened');
    // Another phone does not get it by that call's id.
    await expect(nameIn({ ...next.who, terminal: who.terminal }, next.call)).rejects.toThrow('no such call goes on');
  });

  it('is told to no phone that gave no secret with the PIN, nor to one whose secret does not open any more', async () => {
    const { world } = setup();
    const { facility } = await site({ names: true });
    const { say, dial, who, call } = await enrolled(facility);
    await say('AAAA');
    expect(await dial()).toMatchObject({ grant: { named: true } });
    expect(await nameIn(who, call)).toBeNull();
    const secret = CallSecret.make();
    const known = await enrolled((await site({ names: true })).facility, secret);
    await known.say('AAAA');
    await known.dial();
    const { judging } = world.control;
    if (!judging) throw new Error('there is a judge');
    const other = { ...world.control, judging: { ...judging, key: keyOfSecret(Buffer.alloc(32, 1)) } };
    expect(JSON.parse(await name(other, known.who, { call: known.call }))).toMatchObject({ sound: null });
    expect(await heardIn(known, secret)).toBe('AAAA');
  });

  it('is not heard by who holds the broker: what he forges opens by no key of his', async () => {
    const { world } = setup();
    const { facility } = await site({ names: true }, (s) =>
      s.callers?.push({ id: 'roe', name: 'Jane Roe', pin: '22229307' }),
    );
    const [secret, his] = [CallSecret.make(), CallSecret.make()];
    const doe = await enrolled(facility, secret);
    await doe.say('AAAA');
    await doe.dial();
    // A question of his own is answered under the secret of the phone; a key of his cannot be put into it.
    await expect(heardIn(doe, his)).rejects.toThrow('cannot be opened');
    const forged = {
      v: 1,
      id: randomUUID(),
      at: 1,
      exp: 2,
      body: { type: 'name', call: doe.call, secret: his.reveal() },
    };
    expect(RequestMessage.safeParse(forged).success).toBe(false);
    expect(await heardIn(doe, secret)).toBe('AAAA');
    // A wrong PIN with a secret of his own changes nothing, nor does the PIN of somebody who is in with him.
    await world.identify(doe.who, doe.call, '12340000', undefined, his);
    expect(await heardIn(doe, secret)).toBe('AAAA');
    expect(await world.identify(doe.who, doe.call, '22229307', undefined, his)).toMatchObject({ caller: 'roe' });
    expect(await nameIn(doe.who, doe.call)).toBeNull();
  });

  it('is in no table in the clear, and destroyed with the voiceprint', async () => {
    const { world, database } = setup();
    const { facility } = await site({ names: true });
    const sound = randomBytes(9_000).toString('base64');
    const secret = CallSecret.make();
    const { say, dial, who, call } = await enrolled(facility, secret);
    await say(sound);
    await dial();
    expect(await heardIn({ who, call }, secret)).toBe(sound);
    const kept = await sql<{ row: string }>`
      select row_to_json(n)::text as row from spoken_names n union all select row_to_json(a)::text from answers a
        union all select row_to_json(i)::text from identified i`.execute(database.db);
    const text = kept.rows.map(({ row }) => row).join();
    expect(text).not.toContain(sound.slice(0, 32));
    expect(text).not.toContain(Buffer.from(sound, 'base64').toString('hex').slice(0, 32));
    for (const form of ['base64url', 'latin1'] as const)
      expect(text).not.toContain(Buffer.from(secret.reveal(), form).toString('hex'));
    expect(text).not.toContain(secret.reveal());
    const owner = { facility: who.facility, caller: CallerId.parse('doe') };
    await database.db
      .transaction()
      .execute((trx) => withdraw(trx, owner, { by: 'Sgt. Hill', why: 'his wish', at: world.clock.now }));
    expect(await nameIn(who, call)).toBeNull();
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
