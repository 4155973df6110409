import type { MediaSessions, Telephony } from '../../src/terminal/telephony/port.ts';
import { openAccount } from '../../src/terminal/telephony/sip/account.ts';
import type { Names } from '../../src/terminal/telephony/sip/names/names.ts';
import { header, type Message, readMessage } from '../../src/terminal/telephony/sip/wire/message.ts';
import { writeReply } from '../../src/terminal/telephony/sip/wire/reply.ts';
import { Random } from '../terminal/call/random.ts';
import { testTrunk } from '../terminal/telephony/sip/fakes.ts';
import { FAR_PORT, MemoryLink } from '../terminal/telephony/sip/memory-link.ts';
import { Clock } from './clock.ts';
import { type Order, type Outcome, seedOf } from './outcome.ts';
import { GIVES_UP } from './repeated.ts';
import { inSteps } from './steps.ts';
import { Trial } from './trial.ts';

/** Calls that are up together. */
const TOGETHER = 40;
/** The longest plan, and 64 T1 for its last message, ms. */
const WHOLE = 240_000;

const PACE = { backOff: { first: 1_000, longest: 1_000 } };
const NAMES: Names = { naptr: async () => [], srv: async () => [], addresses: async () => [] };

/** Makes `count` calls by valid plans, broken in one place each, by a clock by hand; rejects where one hangs or leaves something. */
export async function fuzzDialogs(order: Order): Promise<Outcome> {
  const { seed, count, from = 0 } = order;
  const clock = new Clock();
  clock.start();
  const world = new World(clock);
  try {
    await world.open();
    return await inSteps(order, { step: TOGETHER, rest: TOGETHER }, (n) =>
      world.calls(
        Array.from({ length: Math.min(TOGETHER, from + count - n) }, (_, i) => ({
          name: `${n + i}`,
          random: new Random(seedOf(seed, n + i)),
        })),
      ),
    );
  } finally {
    await world.close();
    clock.stop();
  }
}

class World {
  readonly #clock: Clock;
  readonly #link = new MemoryLink();
  readonly #media = new Set<string>();
  #account: Telephony | null = null;
  #faults: string[] = [];
  /** By number dialled, and by Call-ID once it is known. */
  readonly #numbers = new Map<string, Trial>();
  readonly #trials = new Map<string, Trial>();
  /** Timers that wait in a terminal at rest. */
  #rest = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async open(): Promise<void> {
    const media: MediaSessions = {
      open: async (call) => {
        this.#media.add(call);
        return 40_000;
      },
      connect: () => undefined,
      release: (call) => this.#media.delete(call),
    };
    const config = {
      trunks: [testTrunk(FAR_PORT, { realm: 'jail.example' })],
      local: { address: '127.0.0.1', port: 0 },
      tls: {},
      srtp: undefined,
      codecs: ['PCMU', 'PCMA'] as const,
      sessionExpires: 90,
    };
    const silent = () => undefined;
    const log = { debug: silent, info: silent, warn: silent };
    const opening = openAccount(config, media, log, PACE, NAMES, this.#link.open);
    await this.#pass(0);
    this.#account = await opening;
    this.#account.events.subscribe((event) => {
      if ('call' in event) this.#named(event.call)?.told(event);
      // The parser of SIP.js, or SIP.js itself, was given what it cannot take.
      if (event.type === 'malformed' && /SIP\.js|parsing/.test(event.detail)) this.#faults.push(event.detail);
    });
    this.#link.hear = (text) => this.#hear(text);
    this.#rest = this.#clock.waiting;
  }

  /** Makes these calls together and lets them all come to their end. */
  async calls(calls: readonly { name: string; random: Random }[]): Promise<void> {
    const account = this.#account as Telephony;
    this.#numbers.clear();
    this.#trials.clear();
    for (const { name, random } of calls) {
      const say = (text: string) => this.#link.say(text);
      const number = `+1202${String(5_550_000 + this.#numbers.size)}`;
      this.#numbers.set(number, new Trial(name, random, say, () => account.hangUp(name)));
      account.dial(name, number, { privileged: false });
    }
    const trials = [...this.#numbers.values()];
    await this.#pass(WHOLE);
    for (const trial of trials) this.#judge(trial, trial.verdict());
    for (const trial of trials) trial.hangUp();
    await this.#pass(GIVES_UP + 5_000);
    for (const trial of trials) this.#judge(trial, this.#media.has(trial.name) ? 'its media is open' : trial.verdict());
    for (const { far } of trials) far.close();
    await this.#pass(2 * GIVES_UP);
    if (this.#clock.waiting !== this.#rest) throw new Error(`${this.#clock.waiting - this.#rest} timers are left`);
    if (this.#faults.length > 0) throw new Error(this.#faults.join('\n'));
  }

  async close(): Promise<void> {
    const closing = this.#account?.close();
    await this.#pass(GIVES_UP);
    await closing;
  }

  #judge(trial: Trial, wrong: string | null): void {
    if (wrong !== null) throw new Error(`${wrong}: ${trial}`);
  }

  #pass(ms: number): Promise<void> {
    return this.#clock.pass(ms, () => this.#link.quiet());
  }

  #named(call: string): Trial | undefined {
    return [...this.#numbers.values()].find(({ name }) => name === call);
  }

  #hear(text: string): void {
    const message = readable(text);
    if (!message) return;
    if (message.method === 'OPTIONS' && message.status === null) {
      this.#link.say(writeReply(message, { status: 200, reason: 'OK', toTag: 'far' }));
      return;
    }
    const number = /^sip:(\+\d+)@/.exec(message.uri)?.[1] ?? '';
    const trial =
      this.#trials.get(message.callId) ??
      (header(message, 'to')?.includes('tag=') ? undefined : this.#numbers.get(number));
    if (!trial) return;
    this.#trials.set(message.callId, trial);
    trial.hear(text);
  }
}

/** A reply to a broken request gives back what was broken in it. */
function readable(text: string): Message | null {
  try {
    return readMessage(text);
  } catch {
    return null;
  }
}
