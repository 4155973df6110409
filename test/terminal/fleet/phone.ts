import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { connectAsync, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { Standing } from '../../../src/protocol/judge.ts';
import { OrderPrivateKey, type ReplyPrivateKey, type RootPublicKey } from '../../../src/protocol/keys.ts';
import type { LockdownOrder } from '../../../src/protocol/lockdown.ts';
import { type ReplyMessage, RequestMessage } from '../../../src/protocol/messages.ts';
import { signReply } from '../../../src/protocol/signing.ts';
import { terminalTopic } from '../../../src/protocol/topics.ts';
import { type CallId, FacilityId, type Instant, type Millis, TerminalId, UnitId } from '../../../src/protocol/units.ts';
import { openFleet } from '../../../src/terminal/fleet/link.ts';
import type { Fleet, FleetEvent, Report } from '../../../src/terminal/fleet/port.ts';
import { openDocument } from '../../../src/terminal/storage/document.ts';
import { openJournal } from '../../../src/terminal/storage/journal.ts';
import { openKey } from '../../../src/terminal/storage/key.ts';
import type { Journal } from '../../../src/terminal/storage/port.ts';
import { makePlatformKeys, type TestKeys } from '../../platform-keys.ts';

export const now = (): Instant => Date.now() as Instant;

/** Resolves when `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

export async function orderKey(kid: string): Promise<OrderPrivateKey> {
  const { privateKey } = await generateKeyPair('Ed25519', { extractable: true });
  return OrderPrivateKey.parse({ ...(await exportJWK(privateKey)), kid });
}

export const publicOf = ({ kty, crv, kid, x }: OrderPrivateKey) => ({ kty, crv, kid, x });

export const REPORT: Report = {
  unit: UnitId.parse('B'),
  hook: 'on',
  phase: 'idle',
  call: null,
  lockdown: { state: 'open', mode: 'drain', source: null, reason: null },
  registration: 'registered',
  faults: [],
  version: '0.1.0',
  counters: {},
};

let made = 0;

/** One terminal's link with everything round it: keys, folder, journal, and a tape of all it said. */
export class Phone {
  readonly facility: FacilityId;
  readonly unit = UnitId.parse('B');
  readonly terminal = TerminalId.parse('B-1');
  readonly folder: string;
  readonly warden: OrderPrivateKey;
  readonly deputy: OrderPrivateKey;
  readonly platform: TestKeys;
  readonly tape: FleetEvent[] = [];
  /** The root key of the site, where its keys are not fixed. */
  root: RootPublicKey | null = null;
  /** Name and password at the broker. */
  account: { username?: string; password?: string } = {};
  journal!: Journal;
  fleet!: Fleet;

  constructor(
    facility: FacilityId,
    folder: string,
    keys: { warden: OrderPrivateKey; deputy: OrderPrivateKey; platform: TestKeys },
  ) {
    this.facility = facility;
    this.folder = folder;
    this.warden = keys.warden;
    this.deputy = keys.deputy;
    this.platform = keys.platform;
  }

  /** A phone in a facility of its own, switched off. */
  static async make(facility?: string): Promise<Phone> {
    made += 1;
    const folder = await mkdtemp(join(tmpdir(), 'phone-'));
    const keys = {
      warden: await orderKey('warden'),
      deputy: await orderKey('deputy'),
      platform: await makePlatformKeys(),
    };
    return new Phone(FacilityId.parse(facility ?? `county-${process.pid}-${made}`), folder, keys);
  }

  /** Starts it; a phone that is new has been in service for a while, unless it is to be as it comes out of its box. */
  async start(url: string, replyTimeout = 20_000, clock: () => Instant = now, inService = true): Promise<this> {
    const kept = join(this.folder, 'lockdown.json');
    if (inService && !existsSync(kept)) {
      const order = this.order({ state: 'open', mode: 'drain', sequence: 1, since: 0 as Instant });
      const document = await openDocument(kept, Standing, { orders: [], sequences: {} });
      await document.write({ orders: [order], sequences: {} });
    }
    this.journal = await openJournal(this.folder, await openKey(this.folder, { warn: () => undefined }));
    this.fleet = await openFleet({
      facility: this.facility,
      unit: this.unit,
      terminal: this.terminal,
      mqtt: { url, ...this.account },
      keys: {
        ...(this.root ? { root: this.root } : { orders: { keys: [publicOf(this.warden), publicOf(this.deputy)] } }),
        platform: this.platform.known,
      },
      journal: this.journal,
      folder: this.folder,
      replyTimeout: replyTimeout as Millis,
      now: clock,
      log: pino({ level: 'silent' }),
    });
    this.fleet.events.subscribe((event) => this.tape.push(event));
    return this;
  }

  async stop(): Promise<void> {
    await this.fleet.close();
    await this.journal.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true });
  }

  topic(channel: 'status' | 'events' | 'records' | 'requests' | 'replies' | 'commands' | 'lockdown'): string {
    return terminalTopic(this.facility, this.terminal, channel);
  }

  all<T extends FleetEvent['type']>(type: T): Extract<FleetEvent, { type: T }>[] {
    return this.tape.filter((event): event is Extract<FleetEvent, { type: T }> => event.type === type);
  }

  async up(): Promise<void> {
    await until(() => this.all('link').at(-1)?.state === 'up');
  }

  order(change: Partial<LockdownOrder> = {}): LockdownOrder {
    return {
      scope: { kind: 'facility', facility: this.facility },
      state: 'lockdown',
      mode: 'drop',
      reason: 'count',
      issuer: 'warden',
      sequence: 10,
      since: 1_000 as Instant,
      until: null,
      ...change,
    };
  }
}

/** Somebody else at the broker. */
export async function client(url: string): Promise<MqttClient> {
  const made = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 50 });
  if (made.stream instanceof Socket) made.stream.setNoDelay(true);
  return made;
}

/** An answer as the phone's platform signs it, or as whoever has `key` does. */
export function answerTo(
  { facility, terminal, platform: { own } }: Phone,
  { id, body: { call } }: { readonly id: string; readonly body: { readonly call: CallId } },
  body: object,
  { change = {}, key = own.replies }: { change?: object; key?: ReplyPrivateKey } = {},
): Promise<string> {
  const envelope = { v: 1, id: crypto.randomUUID(), at: now(), re: id, exp: now() + 60_000 };
  return signReply({ ...envelope, facility, terminal, call, ...change, body } as ReplyMessage, key);
}

/** A platform that does with each request what it is told to. */
export async function platform(
  url: string,
  phone: Phone,
  answer: (request: RequestMessage, reply: (body: object, change?: object) => void) => void,
): Promise<{ client: MqttClient; requests: RequestMessage[] }> {
  const mqtt = await client(url);
  const requests: RequestMessage[] = [];
  mqtt.on('message', (_, payload) => {
    const request = RequestMessage.parse(JSON.parse(payload.toString()));
    requests.push(request);
    answer(request, (body, change = {}) => {
      answerTo(phone, request, body, { change }).then(
        (reply) => mqtt.publish(phone.topic('replies'), reply, { qos: 1 }),
        (error) => mqtt.emit('error', error),
      );
    });
  });
  await mqtt.subscribeAsync(phone.topic('requests'), { qos: 1 });
  return { client: mqtt, requests };
}
