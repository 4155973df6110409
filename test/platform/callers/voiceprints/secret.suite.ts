import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { keyOfSecret } from '../../../../src/platform/callers/voiceprints/at-rest.ts';
import { sweep } from '../../../../src/platform/calls/sweep.ts';
import type { Control } from '../../../../src/platform/context.ts';
import { Inbox } from '../../../../src/platform/link/inbox.ts';
import { RequestMessage } from '../../../../src/protocol/messages.ts';
import { Pin } from '../../../../src/protocol/pin.ts';
import { sealPin, sealVoice } from '../../../../src/protocol/sealing.ts';
import { verifyReply } from '../../../../src/protocol/signing.ts';
import { terminalTopic } from '../../../../src/protocol/topics.ts';
import { FacilityId, type Millis } from '../../../../src/protocol/units.ts';
import { Voice, type VoiceFeatures } from '../../../../src/protocol/voice.ts';
import type { VoiceRequest } from '../../../../src/protocol/voice-check.ts';
import { asker, newCall, type Setup } from '../../world.ts';
import { liftsOn, YES } from './lifts.ts';
import { Person } from './made-up.ts';

/** What would show a voice, however it were written: its values as they are sent, their bytes, and each number. */
function tracesOf({ embeddings }: VoiceFeatures): string[] {
  const values = embeddings[0]?.values ?? '';
  const bytes = Buffer.from(values, 'base64');
  return [
    values.slice(0, 32),
    Buffer.from(values).toString('hex').slice(0, 64),
    bytes.toString('hex').slice(0, 32),
    String(bytes.readFloatLE(0)),
    bytes.readFloatLE(0).toFixed(4),
  ];
}

const found = (text: string, all: readonly VoiceFeatures[]): string[] =>
  all.flatMap(tracesOf).filter((trace) => text.toLowerCase().includes(trace.toLowerCase()));

/** Every row of every table. */
async function dump({ database: { db } }: Setup): Promise<string> {
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(
    db,
  );
  const rows = [];
  for (const { name } of tables.rows)
    rows.push(
      ...(await sql<{ row: string }>`select row_to_json(t)::text as row from ${sql.table(name)} t`.execute(db)).rows,
    );
  return rows.map(({ row }) => row).join('\n');
}

export function secretSuite(setup: () => Setup): void {
  const { site, lift, enrol } = liftsOn(setup);

  /** A phone on the wire of a platform, whose log is kept. */
  const wired = (facility: string, control: Control) => {
    const { keys, clock } = setup().world;
    const lines: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
    const inbox = new Inbox(control, 30_000 as Millis, log);
    const who = asker(facility);
    const call = newCall();
    const send = async (body: object) => {
      const envelope = { v: 1, id: randomUUID(), at: clock.now, exp: clock.now + 5_000, body };
      const payload = Buffer.from(JSON.stringify(RequestMessage.parse(envelope)));
      const reply = await inbox.receive(terminalTopic(who.facility, who.terminal, 'requests'), payload);
      lines.push(reply?.payload ?? '');
      return (await verifyReply(reply?.payload ?? '', keys.known.replies)).body;
    };
    let request = 0;
    const tell = (told: VoiceRequest['told']) => send({ type: 'voice', call, request: ++request, told });
    const say = async (kind: 'answer' | 'windows', answers: VoiceFeatures[], first: VoiceFeatures[] = []) => {
      const context = { call, terminal: who.terminal };
      return tell({ kind, sealed: await sealVoice(new Voice({ answers, first }), keys.known.sealing, context) });
    };
    const identify = async () => {
      const context = { call, terminal: who.terminal };
      return send({
        type: 'identify',
        call,
        sealedPin: await sealPin(new Pin('12345937'), keys.known.sealing, context),
      });
    };
    return { identify, tell, say, send, call, lines };
  };

  it('stands in the clear in no table and no log, neither while it is made nor for good', async () => {
    const { world } = setup();
    const { facility } = await site({ watch: { act: 'none' } });
    const he = new Person();
    const heard = Array.from({ length: 8 }, () => he.says());
    const at = (n: number) => heard[n] as VoiceFeatures;
    const first = wired(facility, world.control);
    expect(await first.identify()).toMatchObject({ voice: { do: 'enrol' } });
    await first.tell(YES);
    await first.say('answer', [at(0)]);
    await first.say('answer', [at(1)]);
    const between = await dump(setup());
    expect(found(between, heard)).toEqual([]);
    expect(between).toContain('under_way');
    expect(await first.say('answer', [at(2)])).toMatchObject({ result: 'enrolled' });
    const next = wired(facility, world.control);
    await next.identify();
    expect(await next.say('answer', [at(3)])).toMatchObject({ result: 'accepted' });
    await next.send({ type: 'authorise', call: next.call, dialled: '2025550123' });
    expect(await next.say('windows', [at(4), at(5)], [at(6)])).toMatchObject({ result: 'heard', voice: 'same' });
    // What is wrong is told without what was sent.
    expect(await next.say('answer', [at(7)])).toMatchObject({ type: 'error' });
    expect(await next.tell({ kind: 'answer', sealed: JSON.stringify(at(7)) })).toMatchObject({ type: 'error' });
    expect(found(await dump(setup()), heard)).toEqual([]);
    expect(found([...first.lines, ...next.lines].join('\n'), heard)).toEqual([]);
    // The search finds what it is to find.
    expect(found(JSON.stringify(at(0)), heard)).toHaveLength(1);
    expect(JSON.stringify(world.control.judging?.key)).toBe('{}');
  });

  it('opens for its own caller alone: moved to another it is not a voice that can be judged', async () => {
    const { database } = setup();
    const { facility } = await site({}, (s) => s.callers?.push({ id: 'roe', name: 'Jane Roe', pin: '22229307' }));
    const he = new Person();
    await enrol(facility, he);
    const moved = await sql`
      insert into voiceprints select facility, 'roe', template, made, used from voiceprints where facility = ${facility} returning 1`.execute(
      database.db,
    );
    expect(moved.rows).toHaveLength(1);
    const roe = await lift(facility, 't2', '22229307');
    expect(await roe.tell(he.says())).toMatchObject({ result: 'refused', reason: 'voice-staff' });
    expect(setup().world.alarms).toContainEqual(
      expect.objectContaining({ kind: 'voice-unjudged', where: expect.objectContaining({ why: 'print-unreadable' }) }),
    );
  });

  it('is of no use under another key, nor does a platform without one ask for voices', async () => {
    const { world } = setup();
    const { facility } = await site({ unjudged: 'flag' });
    const he = new Person();
    await enrol(facility, he);
    const { judging } = world.control;
    if (!judging) throw new Error('there is a judge');
    const other = wired(facility, { ...world.control, judging: { ...judging, key: keyOfSecret(Buffer.alloc(32, 1)) } });
    await other.identify();
    expect(await other.say('answer', [he.says()])).toMatchObject({ result: 'flagged' });
    const none = wired(facility, { ...world.control, judging: null });
    // As often as he keys his PIN: it is not locked by that.
    for (let n = 0; n < 5; n++) expect(await none.identify()).toMatchObject({ type: 'error' });
    await other.identify();
    expect(await other.say('answer', [he.says()])).toMatchObject({ result: 'flagged' });
    expect(none.lines.join('')).toContain('keys.voiceprints must name the file');
  });

  it('is forgotten where an enrolment goes no further, and its caller hangs up', async () => {
    const { database, world } = setup();
    const { facility } = await site();
    const of = FacilityId.parse(facility);
    const under = () =>
      database.db.selectFrom('voice_checks').select('under_way').where('facility', '=', of).executeTakeFirstOrThrow();
    const { tell } = await lift(facility);
    await tell(YES);
    await tell(new Person().says());
    expect((await under()).under_way).not.toBeNull();
    world.pass(world.control.credit.identified + 1);
    await sweep(world.control);
    expect((await under()).under_way).toBeNull();
    await expect(tell(new Person().says())).rejects.toThrow('nothing is asked of a voice in this call');
  });
}
