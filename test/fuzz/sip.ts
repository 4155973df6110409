import type { MediaSessions, Telephony, TelephonyEvent } from '../../src/terminal/telephony/port.ts';
import { openAccount } from '../../src/terminal/telephony/sip/account.ts';
import type { Names } from '../../src/terminal/telephony/sip/names/names.ts';
import { Random } from '../terminal/call/random.ts';
import { testTrunk } from '../terminal/telephony/sip/fakes.ts';
import { until } from '../terminal/telephony/sip/waiting.ts';
import { Far } from './far.ts';
import { mutateSip } from './mutate-sip.ts';
import { type Order, type Outcome, seedOf } from './outcome.ts';
import { ofCall, type Said, strangers } from './seeds.ts';
import { inSteps } from './steps.ts';

/** Messages sent before it is waited until they are read. */
const BATCH = 25;
/** One batch in so many is of a live call: SIP.js takes a millisecond and more for each of its messages. */
const LIVE = 10;

const PACE = { timing: { t1: 50, t2: 400 }, backOff: { first: 20, longest: 20 }, farewell: 200 };
/** Nobody is found by name. */
const NAMES: Names = { naptr: async () => [], srv: async () => [], addresses: async () => [] };
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** Sends `count` broken messages to a real account from its own server, which no gate keeps out. */
export async function fuzzSip(order: Order): Promise<Outcome> {
  const { seed, count, from = 0 } = order;
  const world = await open();
  const corpus = strangers();
  const send = (texts: readonly string[], at: number, of: number) => {
    for (let k = at; k < Math.min(at + of, from + count); k++) {
      const random = new Random(seedOf(seed, k));
      world.far.send(mutateSip(random.pick(texts), corpus, random));
    }
    return world.far.settled();
  };
  try {
    await world.call('first', async () => undefined);
    const outcome = await inSteps(order, { step: BATCH, rest: BATCH }, async (n) => {
      if (Math.floor(n / BATCH) % LIVE !== 0) return void (await send(corpus, n, BATCH));
      await world.call(`call ${n}`, async (said) => {
        await send(said.early, n, 10);
        world.far.send(said.answer);
        await send(said.up, n + 10, BATCH - 10);
      });
    });
    await world.stillWorks();
    return outcome;
  } finally {
    await world.close();
  }
}

class World {
  readonly far: Far;
  readonly #account: Telephony;
  readonly #open: ReadonlySet<string>;
  /** What was told of the newest call. */
  #told: TelephonyEvent['type'][] = [];

  constructor(far: Far, account: Telephony, open: ReadonlySet<string>) {
    this.far = far;
    this.#account = account;
    this.#open = open;
    account.events.subscribe((event) => {
      if ('call' in event && this.#told.length < 100) this.#told.push(event.type);
    });
  }

  /** Makes a call, lets its far end talk and hangs up; all that it held is given back. */
  async call(name: string, talk: (said: Said) => Promise<unknown>): Promise<void> {
    await this.#dial(name);
    const { invite } = this.far;
    if (invite) await talk(ofCall(invite, this.far.port));
    this.#account.hangUp(name);
    await until(`${name} has let go of its media`, () => this.#open.size === 0);
  }

  /** After all that, a whole call: answered, and ended by the far end. */
  async stillWorks(): Promise<void> {
    await this.#dial('last');
    const { invite } = this.far;
    if (!invite) throw new Error('no INVITE');
    const { answer, up } = ofCall(invite, this.far.port);
    this.far.send(answer);
    await until('a call is answered after all that', () => this.#told.includes('answered'));
    this.far.send(up.find((text) => text.startsWith('BYE')) ?? '');
    await until('the call is ended by the far end', () => this.#told.includes('far-ended'));
    if (this.#open.size > 0) throw new Error('media of the last call is still open');
  }

  /** A trunk that answered 503 is passed over for a while: then again. */
  async #dial(name: string): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      this.far.invite = null;
      this.#told = [];
      this.#account.dial(name, '+12025550123', { privileged: false });
      await until('an INVITE or none', () => this.far.invite !== null || this.#told.includes('dial-failed'));
      if (this.far.invite) return;
    }
    throw new Error('no call can be made any more');
  }

  async close(): Promise<void> {
    await this.#account.close();
    this.far.close();
  }
}

async function open(): Promise<World> {
  const far = await Far.open();
  const open = new Set<string>();
  const media: MediaSessions = {
    open: async (call) => {
      open.add(call);
      return 40_000;
    },
    connect: () => undefined,
    release: (call) => open.delete(call),
  };
  const config = {
    trunks: [testTrunk(far.port)],
    local: { address: '127.0.0.1', port: 0 },
    tls: {},
    srtp: undefined,
    codecs: ['PCMU', 'PCMA'] as const,
    sessionExpires: 0,
  };
  return new World(far, await openAccount(config, media, SILENT, PACE, NAMES), open);
}
