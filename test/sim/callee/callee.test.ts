import { afterEach, describe, expect, test } from 'vitest';
import { type CalleeOptions, startCallee } from '../../../sim/callee/callee.ts';
import type { CalleeState } from '../../../sim/world/port.ts';
import { openTestAccount, until } from '../../terminal/telephony/sip/fakes.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function world(options: Partial<CalleeOptions> = {}, password = 'a secret') {
  const callee = await startCallee({ realm: 'jail.example', user: 'terminal', password: 'a secret', ...options });
  closers.push(() => callee.close());
  const states: CalleeState[] = [];
  callee.states.subscribe((state) => states.push(state));
  const terminal = await openTestAccount(callee.port, { register: true, password });
  closers.push(() => terminal.account.close());
  return { callee, states, ...terminal };
}

describe('the called party', () => {
  test('registers the terminal against its digest', async () => {
    const { events } = await world();
    await until('registered', () => events.some((e) => e.type === 'registration' && e.state === 'registered'));
  });

  test('refuses a wrong password', async () => {
    const { events } = await world({}, 'another');
    await until('refused', () => events.some((e) => e.type === 'registration' && e.state === 'unregistered'));
    expect(events[0]).toMatchObject({ detail: expect.stringContaining('403') });
  });

  test('is answered, accepts and hangs up by hand', async () => {
    const { callee, states, account, told, media } = await world();
    account.dial('one', '+12025550123', { privileged: false });
    await until('ringing', () => told().includes('ringing'));
    await callee.answer();
    await until('answered', () => told().includes('answered'));
    callee.accept();
    callee.hangUp();
    await until('ended', () => told().includes('far-ended'));
    expect(told()).toEqual(['ringing', 'answered', 'far-ended']);
    expect(states).toEqual(['idle', 'ringing', 'answered', 'accepted', 'idle']);
    expect(media.connected).toMatchObject([
      { address: '127.0.0.1', format: { codec: 'PCMU' }, digits: { payloadType: 101 } },
    ]);
    expect(media.open_.size).toBe(0);
  });

  test('is let go by a terminal that hangs up, ringing or talking', async () => {
    const { callee, states, account, told } = await world();
    account.dial('one', '+12025550123', { privileged: false });
    await until('ringing', () => told().includes('ringing'));
    account.hangUp('one');
    await until('cancelled', () => states.at(-1) === 'idle');
    account.dial('two', '+12025550123', { privileged: false });
    await until('ringing again', () => told().length === 2);
    await callee.answer();
    await until('answered', () => told().includes('answered'));
    account.hangUp('two');
    await until('hung up', () => states.at(-1) === 'idle');
    expect(told()).toEqual(['ringing', 'ringing', 'answered']);
  });

  test('rejects', async () => {
    const { callee, account, events, told } = await world();
    account.dial('one', '+12025550123', { privileged: false });
    await until('ringing', () => told().includes('ringing'));
    callee.reject(603);
    await until('rejected', () => told().includes('dial-failed'));
    expect(events.find((e) => e.type === 'dial-failed')).toEqual({
      type: 'dial-failed',
      call: 'one',
      failure: 'rejected',
      sip: 603,
    });
  });

  test('is busy by habit', async () => {
    const { account, events, told } = await world({ habit: 'busy' });
    account.dial('one', '+12025550123', { privileged: false });
    await until('busy', () => told().includes('dial-failed'));
    expect(events.find((e) => e.type === 'dial-failed')).toEqual({
      type: 'dial-failed',
      call: 'one',
      failure: 'busy',
      sip: 486,
    });
  });

  test.each(['accept', 'refuse', 'block', 'voicemail'] as const)('answers by habit: %s', async (habit) => {
    const { states, account, told } = await world({ habit });
    account.dial('one', '+12025550123', { privileged: false });
    await until('answered', () => told().includes('answered'));
    if (habit === 'accept') await until('accepted', () => states.includes('accepted'));
  });
});
