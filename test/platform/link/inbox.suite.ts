import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { openEndings } from '../../../src/platform/calls/endings.ts';
import type { Asker } from '../../../src/platform/context.ts';
import { Counters } from '../../../src/platform/counters.ts';
import { Inbox } from '../../../src/platform/link/inbox.ts';
import { acceptKey } from '../../../src/platform/terminals/keys.ts';
import type { CallRecord } from '../../../src/protocol/call.ts';
import { verifyReply } from '../../../src/protocol/signing.ts';
import { terminalTopic } from '../../../src/protocol/topics.ts';
import type { Millis } from '../../../src/protocol/units.ts';
import { keyOf, makeTerminalKey } from '../../terminal-keys.ts';
import { asker, newCall, recordOf, type Setup, signed, siteFile } from '../world.ts';

export function inboxSuite(setup: () => Setup): void {
  const fresh = async () => {
    const { world, database } = setup();
    const facility = `f-${randomUUID()}`;
    await world.import(siteFile(facility));
    const who = asker(facility);
    const lines: Record<string, unknown>[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line)) });
    const counters = new Counters();
    const inbox = new Inbox({ ...world.control, counters }, 30_000 as Millis, log);
    const now = world.clock.now;
    const envelop = (body: unknown, more: object = {}) => ({
      v: 1,
      id: randomUUID(),
      at: now,
      exp: now + 5_000,
      body,
      ...more,
    });
    /** A record in its envelope, signed by the phone of this place. */
    const enclose = async (record: CallRecord, by: Asker = who) => {
      const { exp: _, ...message } = envelop(await signed(record, await keyOf(by)));
      return message;
    };
    const send = async (channel: 'requests' | 'records', message: unknown) => {
      const payload = Buffer.isBuffer(message) ? message : Buffer.from(JSON.stringify(message));
      const reply = await inbox.receive(terminalTopic(who.facility, who.terminal, channel), payload);
      if (!reply) return null;
      expect(reply.topic).toBe(terminalTopic(who.facility, who.terminal, 'replies'));
      const answer = await verifyReply(reply.payload, world.keys.known.replies);
      expect(answer).toMatchObject(who);
      return answer;
    };
    return { world, database, who, lines, counters, inbox, now, envelop, enclose, send };
  };

  it('answers a request by its id, and a repeat byte for byte', async () => {
    const { world, who, envelop, send } = await fresh();
    const call = newCall();
    await world.identify(who, call, '12345937');
    const message = envelop({ type: 'authorise', call, dialled: '2025550123' });
    const first = await send('requests', message);
    expect(first).toMatchObject({ re: message.id, body: { type: 'authorise', result: 'granted' } });
    const again = await send('requests', envelop({ type: 'authorise', call, dialled: '2025550123' }));
    expect(JSON.stringify(again?.body)).toBe(JSON.stringify(first?.body));
    expect(again?.call).toBe(call);
  });

  it('confirms a record each time it comes', async () => {
    const { who, now, enclose, send, database } = await fresh();
    const record = recordOf(who, newCall(), 1_000, now);
    const message = await enclose(record);
    for (let i = 0; i < 2; i++)
      expect(await send('records', message)).toMatchObject({
        re: message.id,
        body: { result: 'stored', call: record.call },
      });
    const rows = await database.db.selectFrom('records').selectAll().where('call', '=', record.call).execute();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ record, signed: (message.body as { jws: string }).jws });
  });

  it('rejects a record it cannot read, once, and keeps it as it came', async () => {
    const { who, now, envelop, enclose, send, database, counters } = await fresh();
    const call = newCall();
    const wrong = { ...recordOf(who, call, 0, now), talked: -1 } as CallRecord;
    const message = await enclose(wrong);
    for (let i = 0; i < 2; i++)
      expect(await send('records', message)).toMatchObject({ re: message.id, body: { result: 'rejected', call } });
    expect(await send('records', Buffer.from('{"torn'))).toBeNull();
    // Signed by nobody, for nobody, by another phone for its own place, and as that phone by this one.
    const { exp: _, ...bare } = envelop(recordOf(who, call, 0, now));
    const t2 = asker(who.facility, 't2');
    const foreign = [await enclose(recordOf(t2, call, 0, now), t2), await enclose(recordOf(t2, call, 0, now))];
    for (const other of [bare, ...foreign])
      expect(await send('records', other)).toMatchObject({ body: { result: 'rejected' } });
    const kept = await database.db
      .selectFrom('quarantine')
      .selectAll()
      .where('topic', 'like', `%${who.facility}%`)
      .execute();
    expect(kept.map((k) => k.payload.toString()).sort()).toEqual(
      [message, bare, ...foreign]
        .map((m) => JSON.stringify(m))
        .concat('{"torn')
        .sort(),
    );
    expect(kept.map((k) => k.reason).join()).toContain('talked');
    expect(counters.all()).toEqual({ record: 6 });
  });

  it('neither stores nor refuses a record signed with another key than the first, until that is accepted', async () => {
    const { who, now, envelop, enclose, send, database, counters } = await fresh();
    const [call, key] = [newCall(), await makeTerminalKey()];
    expect(await send('records', await enclose(recordOf(who, newCall(), 0, now)))).toMatchObject({
      body: { result: 'stored' },
    });
    const record = await signed(recordOf(who, call, 0, now), key);
    for (let i = 0; i < 3; i++) {
      const { exp: _, ...message } = envelop(record);
      expect(await send('records', message)).toBeNull();
    }
    const kept = await database.db
      .selectFrom('quarantine')
      .selectAll()
      .where('topic', 'like', `%${who.facility}%`)
      .execute();
    expect(kept.map(({ payload }) => payload.toString())).toEqual([record.jws]);
    expect(counters.all()).toEqual({ 'terminal-key': 3 });
    const wish = { by: 'sgt. Lee', why: 'a new phone', at: now };
    await database.db.transaction().execute((trx) => acceptKey(trx, who, key.kid, wish));
    const { exp: _, ...message } = envelop(record);
    expect(await send('records', message)).toMatchObject({ body: { result: 'stored', call } });
  });

  it('survives whatever comes, counts it and says so in one line', async () => {
    const { who, lines, counters, inbox, now, envelop, send } = await fresh();
    const call = newCall();
    const bad: [unknown, string | null][] = [
      [Buffer.from('not json'), null],
      [Buffer.alloc(100_000, 0x7b), null],
      [[1, 2, 3], null],
      [envelop({ type: 'authorise', call, dialled: '12ab' }), 'body.dialled'],
      [envelop({ type: 'sing', call }), 'body'],
      [envelop({ type: 'end', call, request: 1, used: 5 }, { v: 2 }), 'v'],
      [envelop({ type: 'identify', call, sealedPin: 'nonsense' }), 'cannot be opened'],
      [envelop({ type: 'extend', call, request: 1, used: 1.5 }), 'body.used'],
      [{ ...envelop({ type: 'end', call, request: 1, used: 5 }), id: 'x' }, null],
    ];
    for (const [message, detail] of bad) {
      const reply = await send('requests', message);
      if (detail === null) expect(reply).toBeNull();
      else expect(reply?.body).toMatchObject({ type: 'error', detail: expect.stringContaining(detail) });
    }
    // One line, however many came within its second.
    expect(lines.length).toBeLessThan(bad.length);
    expect(lines[0]).toMatchObject({ kind: 'request', msg: expect.stringContaining('bad message') });
    expect(await send('requests', envelop({ type: 'end', call, request: 1, used: 5 }, { exp: now - 1 }))).toBeNull();
    expect(await inbox.receive('tierphone/v1/a b/terminals/t1/requests', Buffer.from('{}'))).toBeNull();
    expect(await inbox.receive(terminalTopic(who.facility, who.terminal, 'status'), Buffer.from('{}'))).toBeNull();
    expect(counters.all()).toEqual({ request: bad.length, expired: 1, topic: 2 });
    expect(JSON.stringify(lines)).not.toContain('nonsense');
  });

  it('says that it has a fault when the database has one, and leaves a record to come again', async () => {
    const { world, who, now, envelop, enclose } = await fresh();
    const db = {
      selectFrom: () => {
        throw new Error('gone');
      },
      transaction: () => {
        throw new Error('gone');
      },
    } as unknown as typeof world.control.db;
    const broken = { ...world.control, db, endings: openEndings({ ...world.control, db }) };
    const counters = new Counters();
    const inbox = new Inbox({ ...broken, counters }, 30_000 as Millis, pino({ level: 'silent' }));
    const send = (channel: 'requests' | 'records', message: object) =>
      inbox.receive(terminalTopic(who.facility, who.terminal, channel), Buffer.from(JSON.stringify(message)));
    const asked = await send('requests', envelop({ type: 'end', call: newCall(), request: 1, used: 5 }));
    const answer = await verifyReply(asked?.payload ?? '', world.keys.known.replies);
    expect(answer).toMatchObject({ body: { type: 'error' } });
    expect(await send('records', await enclose(recordOf(who, newCall(), 0, now)))).toBeNull();
    expect(counters.all()).toEqual({ failure: 2 });
  });

  it('keeps no more bad records of one phone than are its own part, so that others find room', async () => {
    const { who, now, enclose, send, inbox, database, counters, lines } = await fresh();
    const bad = () => enclose({ ...recordOf(who, newCall(), 0, now), talked: -1 } as CallRecord);
    let rejected = 0;
    for (let i = 0; i < 120; i++) if (await send('records', await bad())) rejected++;
    expect(rejected).toBe(100);
    const kept = (terminal: string) =>
      database.db
        .selectFrom('quarantine')
        .select('at')
        .where('topic', '=', terminalTopic(who.facility, asker(who.facility, terminal).terminal, 'records'))
        .execute();
    expect(await kept('t1')).toHaveLength(100);
    const other = terminalTopic(who.facility, asker(who.facility, 't2').terminal, 'records');
    expect(await inbox.receive(other, Buffer.from(JSON.stringify(await bad())))).not.toBeNull();
    expect(await kept('t2')).toHaveLength(1);
    expect(counters.all()).toMatchObject({ record: 121, 'quarantine-full': 20 });
    // Seconds went by, not more than a few: no line for each.
    expect(lines.length).toBeLessThan(60);
  });
}
