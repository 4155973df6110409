import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMessage } from '../../../src/terminal/telephony/sip/wire/message.ts';
import { openTestAccount } from '../../terminal/telephony/sip/fakes.ts';
import { FAR_PORT, MemoryLink } from '../../terminal/telephony/sip/memory-link.ts';
import { Chance } from './chance.ts';
import { Exchange, KINDS, type Kind } from './exchange.ts';

/** Nobody is found by name: a way that is none is that to who named it. */
const NAMES = { naptr: async () => [], srv: async () => [], addresses: async () => [] };

const SEED = Number(process.env.SEED ?? 20_261_129);
/** Headers replaced in all. */
const COUNT = 100_000;
/** Nothing is lost, so nothing is to be said again, however busy the machine is. */
const PACE = { farewell: 1, timing: { t1: 60_000, t2: 60_000 } };

/** Turns of the loop that an exchange may take; it takes about 20. */
const TURNS = 200;

let link: MemoryLink;
let terminal: Awaited<ReturnType<typeof openTestAccount>>;
beforeEach(async () => {
  link = new MemoryLink();
  terminal = await openTestAccount(FAR_PORT, {}, PACE, NAMES, link.open);
});
afterEach(() => terminal.account.close());

/** What the terminal told of a call, and said to its far end at last. */
async function outcomeOf(kind: Kind, name: string, exchange: Exchange): Promise<string[]> {
  const { account, events, log } = terminal;
  events.length = 0;
  log.lines.length = 0;
  const told = () => [
    ...events.flatMap((event) => {
      if (event.type === 'redirected') return [];
      return event.type === 'dial-failed' ? `dial-failed ${event.failure}` : event.type;
    }),
    ...exchange.seen,
  ];
  link.hear = (text) => exchange.heard(readMessage(text));
  account.dial(name, '+12025551000', { privileged: false });
  for (let turn = 0; turn < TURNS && told().length < kind.outcome.length; turn += 1) {
    await link.quiet();
    if (kind.name === 'hang up' && told().at(-1) === 'answered') account.hangUp(name);
  }
  await link.quiet();
  return told();
}

test(`a header on which nothing hangs changes nothing, whatever it has (SEED=${SEED})`, async () => {
  const chance = new Chance(SEED);
  for (let n = 0; chance.given < COUNT; n += 1) {
    const kind = KINDS[n % KINDS.length] ?? KINDS[0];
    const exchange = new Exchange(kind, chance, (text) => link.say(text));
    const told = await outcomeOf(kind, `${n}`, exchange);
    if (told.join() !== kind.outcome.join())
      expect({ n, told, said: exchange.said }).toEqual({ told: kind.outcome, said: [] });
  }
}, 600_000);
