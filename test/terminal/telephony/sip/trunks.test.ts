import { afterEach, describe, expect, test } from 'vitest';
import type { TrunkConfig } from '../../../../src/terminal/telephony/sip/config.ts';
import type { Pace } from '../../../../src/terminal/telephony/sip/pace.ts';
import { openTestAccount, testTrunk, until } from './fakes.ts';
import { ANSWER, FarEnd } from './far-end.ts';

const PACE = {
  timing: { t1: 50, t2: 400 },
  backOff: { first: 50, longest: 200 },
  farewell: 200,
  probe: 400,
  noAnswer: 300,
};
const NUMBER = '+12025550123';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Differs = Partial<Omit<TrunkConfig, 'name' | 'server'>>;

/** A terminal with two trunks over UDP. */
async function two(first: Differs = {}, second: Differs = {}, pace: Partial<Pace> = {}) {
  const a = await FarEnd.open();
  const b = await FarEnd.open();
  closers.push(
    () => a.close(),
    () => b.close(),
  );
  const trunks = [testTrunk(a.port, { name: 'a', ...first }), testTrunk(b.port, { name: 'b', priority: 1, ...second })];
  const terminal = await openTestAccount(0, { trunks }, { ...PACE, ...pace });
  closers.push(() => terminal.account.close());
  const trunk = (name: string) => terminal.events.flatMap((e) => (e.type === 'trunk' && e.trunk === name ? [e] : []));
  const states = (name: string) => trunk(name).map(({ state }) => state);
  const dial = (call: string) => terminal.account.dial(call, NUMBER, { privileged: false });
  return { a, b, trunk, states, dial, ...terminal };
}

describe('of two trunks', () => {
  test('the one of lower priority takes the call', async () => {
    const { a, b, dial, told } = await two();
    dial('one');
    a.answer(await a.next('INVITE'), 200, ANSWER);
    await until('answered', () => told().includes('answered'));
    expect(b.count('INVITE')).toBe(0);
  });

  test('the second takes the call where the first answers 503, and the first is back once it is alive', async () => {
    const { a, b, dial, told, states, trunk, account } = await two();
    dial('one');
    a.answer(await a.fresh('INVITE'), 503);
    b.answer(await b.fresh('INVITE'), 200, ANSWER);
    await until('answered', () => told().includes('answered'));
    expect(trunk('a')[0]).toMatchObject({ state: 'down', detail: expect.stringContaining('503') });
    const probe = await a.fresh('OPTIONS');
    expect(probe.uri).toBe('sip:jail.example');
    a.reply(probe, 503);
    a.reply(await a.fresh('OPTIONS'), 404);
    await until('back', () => states('a').at(-1) === 'up');
    account.hangUp('one');
    b.reply(await b.next('BYE'), 200);
    dial('two');
    a.answer(await a.fresh('INVITE'), 180);
    await until('ringing', () => told().includes('ringing'));
  });

  test('the second takes the call where the first says nothing', async () => {
    const { a, b, dial, told } = await two();
    dial('one');
    await a.fresh('INVITE');
    b.answer(await b.fresh('INVITE'), 200, ANSWER);
    await until('answered', () => told().includes('answered'));
  });

  test('one that is down is passed over by the next call', async () => {
    const { a, b, dial, states, told } = await two({}, {}, { backOff: { first: 60_000, longest: 60_000 } });
    dial('one');
    a.answer(await a.fresh('INVITE'), 503);
    b.answer(await b.fresh('INVITE'), 486);
    await until('over', () => told().includes('dial-failed'));
    expect(states('a')).toEqual(['down']);
    dial('two');
    b.answer(await b.fresh('INVITE'), 200, ANSWER);
    await until('answered', () => told().includes('answered'));
    expect(a.distinct('INVITE')).toBe(1);
  });
});
