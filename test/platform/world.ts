import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { z } from 'zod';
import { openAlarm } from '../../src/platform/alarm.ts';
import type { Judging } from '../../src/platform/callers/voiceprints/judging.ts';
import { authorise } from '../../src/platform/calls/authorise.ts';
import { openEndings } from '../../src/platform/calls/endings.ts';
import { extend } from '../../src/platform/calls/extend.ts';
import { identify } from '../../src/platform/calls/identify.ts';
import { storeRecord } from '../../src/platform/calls/record.ts';
import { voice } from '../../src/platform/calls/voice.ts';
import { PlatformConfig } from '../../src/platform/config.ts';
import type { Asker, Control, Endings } from '../../src/platform/context.ts';
import { Counters } from '../../src/platform/counters.ts';
import { type Database, type DatabaseListener, openDatabase } from '../../src/platform/database/open.ts';
import { importSite } from '../../src/platform/facilities/import.ts';
import { Site } from '../../src/platform/facilities/site.ts';
import { signRecord } from '../../src/protocol/attest.ts';
import { CallRecord } from '../../src/protocol/call.ts';
import type { CallSecret } from '../../src/protocol/call-secret.ts';
import type { TerminalPrivateKey } from '../../src/protocol/keys.ts';
import {
  AuthoriseReply,
  EndReply,
  ExtendReply,
  type Hotline,
  IdentifyReply,
  type SignedRecord,
} from '../../src/protocol/messages.ts';
import { Pin } from '../../src/protocol/pin.ts';
import { sealPin, sealVoice } from '../../src/protocol/sealing.ts';
import { CallId, FacilityId, type Instant, type Millis, TerminalId } from '../../src/protocol/units.ts';
import { Voice, type VoiceFeatures } from '../../src/protocol/voice.ts';
import { VoiceReply, type VoiceRequest } from '../../src/protocol/voice-check.ts';
import { makePlatformKeys } from '../platform-keys.ts';
import { keyOf } from '../terminal-keys.ts';
import { madeUpJudging } from './callers/voiceprints/made-up.ts';
import { startPostgres } from './postgres.ts';

export type Kind = 'embedded' | 'postgres';

/** A Tuesday, 12:00 in Chicago. */
const NOON = Date.UTC(2026, 2, 3, 18) as Instant;

/** Who listens where a database must have no fault. */
export const NO_FAULT: DatabaseListener = {
  fault(cause) {
    throw cause;
  },
  died(cause) {
    throw cause;
  },
};

/** A temporary database of either kind, migrated. */
export async function openTestDatabase(kind: Kind): Promise<Database> {
  if (kind === 'postgres') {
    const server = await startPostgres();
    const database = await openDatabase({ kind, url: server.url, pool: 20 }, NO_FAULT);
    return { ...database, close: () => database.close().then(server.stop) };
  }
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-embedded-'));
  const database = await openDatabase({ kind, folder }, NO_FAULT);
  return {
    ...database,
    close: () => database.close().then(() => rmSync(folder, { recursive: true, force: true })),
  };
}

export const asker = (facility: string, terminal = 't1'): Asker => ({
  facility: FacilityId.parse(facility),
  terminal: TerminalId.parse(terminal),
});

export const newCall = (): CallId => CallId.parse(randomUUID());

export type SiteFile = z.input<typeof Site>;

/** A facility by itself, with one caller, one prepaid account and a rate of 6 cents; `change` makes it another. */
export function siteFile(facility: string, change: (site: SiteFile) => void = () => undefined): SiteFile {
  const site: SiteFile = {
    facility: { id: facility, name: 'Cedar County', timeZone: 'America/Chicago', dialling: 'open', limit: '15m' },
    units: [{ id: 'a', terminals: ['t1', 't2', 't3', 't4'] }],
    callers: [{ id: 'doe', name: 'John Doe', language: 'en', pin: '12345937' }],
    accounts: [{ id: 'family', name: 'Doe family', numbers: ['+12025550123', '+12025550124'], opening: '3.00' }],
    rates: [{ from: '2024-11-19', perMinute: '0.06' }],
  };
  change(site);
  return site;
}

/** As of several platforms: what one does together races with what the others do. */
function manyEndings(...args: Parameters<typeof openEndings>): Endings {
  const platforms = Array.from({ length: 4 }, () => openEndings(...args));
  let turn = 0;
  const next = () => platforms[turn++ % platforms.length] as Endings;
  return { end: (word) => next().end(word), record: (record) => next().record(record) };
}

/** Call control on a database, with a clock to turn by hand, and its questions as typed replies. */
export async function makeWorld({ db }: Database, settings: object = {}, judging: Judging = madeUpJudging()) {
  const keys = await makePlatformKeys();
  const seal = keys.known.sealing;
  const { credit, lockout } = PlatformConfig.parse({
    database: { kind: 'embedded', folder: '-' },
    mqtt: { url: 'mqtt://127.0.0.1' },
    keys: { platform: '-', pepper: '-' },
    ...settings,
  });
  const clock = { now: NOON };
  const counters = new Counters();
  const hotlines = new Map<FacilityId, readonly Hotline[]>();
  const alarms: { kind: string; where: object; what: string }[] = [];
  const given = {
    ...{ db, credit, judging, now: () => clock.now },
    hotlines: (facility: FacilityId) => hotlines.get(facility) ?? null,
  };
  const control: Control = {
    ...given,
    ...{ lockout, endings: manyEndings(given) },
    pepper: randomBytes(32),
    ...keys.own,
    counters,
    alarm: openAlarm(counters, (kind, where, what) => alarms.push({ kind, where, what })),
  };
  return {
    control,
    /** What the signed lists of each facility let go. */
    hotlines,
    /** What people were told to look at. */
    alarms,
    clock,
    keys,
    pass: (ms: number) => {
      clock.now = (clock.now + ms) as Instant;
    },
    /** Gives how many things were otherwise. */
    import: async (site: SiteFile) => {
      const { changes } = await importSite(db, Site.parse(site), { pepper: control.pepper, now: clock.now });
      return changes.reduce((sum, { added, changed, removed }) => sum + added + changed + removed, 0);
    },
    identify: async (who: Asker, call: CallId, pin: string, message: string = randomUUID(), secret?: CallSecret) => {
      const sealedPin = await sealPin(new Pin(pin), seal, { call, terminal: who.terminal }, secret);
      return IdentifyReply.parse(
        JSON.parse(await identify(control, who, message, { type: 'identify', call, sealedPin })),
      );
    },
    /** A PIN sealed for one call, sent again in another. */
    replay: async (who: Asker, pin: string) => {
      const sealedPin = await sealPin(new Pin(pin), seal, { call: newCall(), terminal: who.terminal });
      return identify(control, who, randomUUID(), { type: 'identify', call: newCall(), sealedPin });
    },
    /** What is told of a voice, sealed as a phone does where it is features. */
    voice: async (who: Asker, call: CallId, request: number, told: VoiceRequest['told'] | VoiceFeatures) => {
      const sealedIn = (features: VoiceFeatures) =>
        sealVoice(new Voice({ answers: [features], first: [] }), seal, { call, terminal: who.terminal });
      const said = 'kind' in told ? told : ({ kind: 'answer', sealed: await sealedIn(told) } as const);
      return VoiceReply.parse(JSON.parse(await voice(control, who, { type: 'voice', call, request, told: said })));
    },
    authorise: async (who: Asker, call: CallId, dialled = '2025550123') =>
      AuthoriseReply.parse(JSON.parse(await authorise(control, who, { type: 'authorise', call, dialled }))),
    extend: async (who: Asker, call: CallId, request: number, used: number) =>
      ExtendReply.parse(
        JSON.parse(await extend(control, who, { type: 'extend', call, request, used: used as Millis })),
      ),
    end: async (who: Asker, call: CallId, request: number, used: number) =>
      EndReply.parse(JSON.parse(await control.endings.end({ ...who, call, request, used: used as Millis }))),
    /** A record as the phone of this place signs it, or as whoever has `key` does. False where it was stored before. */
    store: async (who: Asker, record: CallRecord, key?: TerminalPrivateKey) =>
      (await storeRecord(control, who, await signed(record, key ?? (await keyOf(who))))).isNew,
  };
}

type World = Awaited<ReturnType<typeof makeWorld>>;

/** What a suite runs on: the same on either database. */
export interface Setup {
  readonly kind: Kind;
  readonly database: Database;
  readonly world: World;
}

/** The record of a call to +12025550123 that was accepted `talked` before it ended, which is now. */
export function recordOf({ facility, terminal }: Asker, call: CallId, talked: number, now: Instant): CallRecord {
  const accepted = now - talked;
  return CallRecord.parse({
    ...{ call, terminal, facility, unit: 'a', kind: 'call', language: 'en', caller: 'doe', number: '+12025550123' },
    phases: [{ phase: 'language', at: accepted - 30_000 }],
    ...{ lifted: accepted - 30_000, answered: accepted - 5_000, accepted, ended: now, talked },
    ending: { reason: 'caller-hung-up', during: 'talking' },
    ...{ charge: null, privileged: false, hidden: false },
  });
}

/** A record as it goes on the wire. */
export const signed = async (record: CallRecord, key: TerminalPrivateKey): Promise<SignedRecord> => ({
  call: record.call,
  jws: await signRecord(record, key),
});

/** What must hold whenever nothing is under way; gives each account's balance and hold. */
export async function audit({ db }: Database): Promise<Map<string, { balance: number; held: number }>> {
  const accounts = await db.selectFrom('accounts').selectAll().where('balance', 'is not', null).execute();
  const { rows } = await sql<{ account: string; amount: number }>`
    select account, sum(amount)::bigint as amount from postings group by account`.execute(db);
  const posted = new Map(rows.map((r) => [r.account, r.amount]));
  const open = await sql<{ account: string; held: number }>`
    select account, sum(held)::bigint as held from sessions where account is not null group by account`.execute(db);
  const held = new Map(open.rows.map((r) => [r.account, r.held]));
  for (const a of accounts) {
    const where = `account ${a.id}`;
    if ((a.balance ?? 0) < 0) throw new Error(`${where} is below zero`);
    if (a.balance !== (posted.get(a.id) ?? 0)) throw new Error(`${where}: ${a.balance} is not what was posted`);
    if (a.held !== (held.get(a.id) ?? 0)) throw new Error(`${where}: ${a.held} is not what its calls hold`);
  }
  const sum = [...posted.values()].reduce((a, b) => a + b, 0);
  if (sum !== 0) throw new Error(`the postings sum to ${sum}`);
  return new Map(accounts.map((a) => [a.id, { balance: a.balance ?? 0, held: a.held }]));
}
