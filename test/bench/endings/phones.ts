import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { signRecord } from '../../../src/protocol/attest.ts';
import { CallRecord } from '../../../src/protocol/call.ts';
import { terminalTopic } from '../../../src/protocol/topics.ts';
import type { FacilityId, TerminalId } from '../../../src/protocol/units.ts';
import { Pauses } from '../../../src/retry/pauses.ts';
import { makeTerminalKey } from '../../terminal-keys.ts';
import { Line } from './line.ts';

/** What a process of phones is told to be. */
export interface Fleet {
  readonly port: number;
  readonly account: { readonly username: string; readonly password: string };
  readonly facility: FacilityId;
  readonly calls: readonly {
    readonly unit: string;
    readonly terminal: TerminalId;
    readonly call: string;
    readonly caller: string;
  }[];
  /** Talk of each call, ms. */
  readonly talked: number;
}

/** What came of one phone's ending. */
export interface Ended {
  /** When its record was confirmed, ms since they all ended; null where that never was. */
  readonly stored: number | null;
  /** How many times its record was sent. */
  readonly sent: number;
  /** Whether its end was told by a request too, as its record had no answer. */
  readonly told: boolean;
}

/** What a process of phones tells when it is over. */
export interface Over {
  readonly ended: readonly Ended[];
  /** Processor time since the end, s. */
  readonly cpu: number;
}

/** As a terminal's `call.reply`: so long it waits for an answer before it tells the end by a request, and three times that before it sends a record again. */
const REPLY = 10_000;
/** For so long what was not confirmed is sent again, ms. */
const PATIENCE = 90_000;
const AT_ONCE = 50;

interface Reply {
  readonly content: { readonly re: string; readonly body: { readonly type: string; readonly result: string } };
}

class Phone {
  readonly #fleet: Fleet;
  readonly #place: Fleet['calls'][number];
  readonly #pauses = new Pauses({ first: 2_000, longest: 60_000 });
  #line: Line | null = null;
  #record = '';
  #known: () => void = () => undefined;
  #since = 0;
  #ended: Ended = { stored: null, sent: 0, told: false };
  #again: NodeJS.Timeout | null = null;
  #tell: NodeJS.Timeout | null = null;

  constructor(fleet: Fleet, place: Fleet['calls'][number]) {
    this.#fleet = fleet;
    this.#place = place;
  }

  get ended(): Ended {
    return this.#ended;
  }

  async open(): Promise<void> {
    const { port, account, facility, talked } = this.#fleet;
    const { unit, terminal, call, caller } = this.#place;
    const now = Date.now();
    const lift = {
      ...{ terminal, facility, unit, language: 'en', lifted: now - talked, ended: now },
      ...{ privileged: false, hidden: false },
    };
    const talk = {
      ...{ call, kind: 'call', caller, number: '+12025550123', answered: now - talked, accepted: now - talked, talked },
      phases: ['language', 'pin', 'number', 'dialling', 'greeting', 'talking'].map((phase) => ({
        phase,
        at: now - talked,
      })),
      ending: { reason: 'lockdown', during: 'talking' },
      charge: { kind: 'debit', rate: 60_000, balance: 0 },
    };
    const nothing = {
      ...{ call: randomUUID(), kind: 'attempt', caller: null, number: null, answered: null, accepted: null, talked: 0 },
      phases: [{ phase: 'language', at: now }],
      ending: { reason: 'caller-hung-up', during: 'language' },
      charge: null,
    };
    const key = await makeTerminalKey();
    this.#record = await signRecord(CallRecord.parse({ ...lift, ...talk }), key);
    this.#line = await Line.open({
      ...{ port, ...account, clientId: `terminal/${facility}/${terminal}` },
      topic: terminalTopic(facility, terminal, 'replies'),
      // That it is the platform's is for a phone to verify, on its own processor.
      heard: (jws) => this.#hear(JSON.parse(Buffer.from(jws.toString().split('.')[1] ?? '', 'base64url').toString())),
    });
    // One lift before, by which the platform knows the phone's key.
    const jws = await signRecord(CallRecord.parse({ ...lift, ...nothing }), key);
    const known = new Promise<void>((resolve) => {
      this.#known = resolve;
    });
    this.#send('records', { call: nothing.call, jws });
    await known;
  }

  /** A lockdown that drops: what a terminal sends. */
  end(): void {
    this.#since = performance.now();
    const end = { type: 'end', call: this.#place.call, request: 1, used: this.#fleet.talked };
    this.#tell = setTimeout(() => {
      this.#ended = { ...this.#ended, told: true };
      this.#send('requests', end, REPLY);
    }, REPLY);
    this.#deliver();
  }

  close(): void {
    this.#rest();
    this.#line?.close();
  }

  /** Nothing is waited for any more. */
  #rest(): void {
    if (this.#again) clearTimeout(this.#again);
    if (this.#tell) clearTimeout(this.#tell);
  }

  #deliver(): void {
    this.#ended = { ...this.#ended, sent: this.#ended.sent + 1 };
    this.#send('records', { call: this.#place.call, jws: this.#record });
    this.#again = setTimeout(() => {
      this.#again = setTimeout(() => this.#deliver(), this.#pauses.next());
    }, 3 * REPLY);
  }

  #send(channel: 'requests' | 'records', body: object, validity?: number): void {
    const at = Date.now();
    const message = { v: 1, id: randomUUID(), at, ...(validity !== undefined && { exp: at + validity }), body };
    this.#line?.publish(terminalTopic(this.#fleet.facility, this.#place.terminal, channel), JSON.stringify(message));
  }

  #hear({ content: { body } }: Reply): void {
    if (this.#since === 0) {
      this.#known();
      return;
    }
    if (body.type !== 'record' || body.result !== 'stored' || this.#ended.stored !== null) return;
    this.#ended = { ...this.#ended, stored: performance.now() - this.#since };
    this.#rest();
  }
}

process.once('message', async (fleet: Fleet) => {
  const phones = fleet.calls.map((place) => new Phone(fleet, place));
  for (let n = 0; n < phones.length; n += AT_ONCE)
    await Promise.all(phones.slice(n, n + AT_ONCE).map((phone) => phone.open()));
  process.once('message', async () => {
    const before = process.cpuUsage();
    for (const phone of phones) phone.end();
    const until = performance.now() + PATIENCE;
    while (performance.now() < until && phones.some(({ ended }) => ended.stored === null)) await pause(50);
    const { user, system } = process.cpuUsage(before);
    process.send?.({ ended: phones.map(({ ended }) => ended), cpu: (user + system) / 1e6 } satisfies Over);
    for (const phone of phones) phone.close();
    process.disconnect();
  });
  process.send?.('up');
});
