import { afterEach, describe, expect, test } from 'vitest';
import { openTestAccount, until } from '../terminal/telephony/sip/fakes.ts';
import { has } from './peers/program.ts';
import { startSipp } from './peers/sipp.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function callTo(scenario: string, options: readonly string[] = []) {
  const sipp = await startSipp(scenario, options);
  closers.push(() => sipp.stop());
  const terminal = await openTestAccount(sipp.port);
  closers.push(() => terminal.account.close());
  terminal.account.dial('one', '+12025550123', { privileged: false });
  const happens = (type: string) => until(type, () => terminal.told().some((t) => t === type), 30_000);
  const times = (messages: string, first: string) =>
    messages.split('\n').filter((line) => line.startsWith(first)).length;
  return { sipp, happens, times, ...terminal };
}

// Signalling against SIPp (Debian sip-tester), at the pace of RFC 3261.
describe.skipIf(!has('sipp'))('SIPp', () => {
  test('answers and is hung up on', async () => {
    const { sipp, account, happens, told } = await callTo('answer');
    await happens('answered');
    account.hangUp('one');
    await sipp.finished();
    expect(told()).toEqual(['ringing', 'answered']);
  });

  test('is busy', async () => {
    const { sipp, happens, events } = await callTo('busy');
    await happens('dial-failed');
    await sipp.finished();
    expect(events.at(-1)).toEqual({ type: 'dial-failed', call: 'one', failure: 'busy', sip: 486 });
  });

  test('is cancelled', async () => {
    const { sipp, account, happens, told } = await callTo('cancel');
    await happens('ringing');
    account.hangUp('one');
    await sipp.finished();
    expect(told()).toEqual(['ringing']);
  });

  test('answers as it is cancelled', async () => {
    const { sipp, account, happens, told } = await callTo('crossing');
    await happens('ringing');
    account.hangUp('one');
    await sipp.finished();
    expect(told()).toEqual(['ringing']);
  });

  test('hangs up', async () => {
    const { sipp, happens, told } = await callTo('far-bye');
    await happens('far-ended');
    await sipp.finished();
    expect(told()).toEqual(['ringing', 'answered', 'far-ended']);
  });

  test('hears nothing the first time', async () => {
    const { sipp, account, happens, times } = await callTo('deaf');
    await happens('answered');
    account.hangUp('one');
    const messages = await sipp.finished();
    expect(times(messages, 'INVITE ')).toBeGreaterThanOrEqual(3);
    expect(times(messages, 'BYE ')).toBeGreaterThanOrEqual(2);
  });

  test('says 200 twice', async () => {
    // Without -nr SIPp answers the second ACK, which is the same as the first, by the 200 once more, and so for ever.
    const { sipp, account, happens, times, told, log } = await callTo('repeated', ['-nr']);
    await happens('answered');
    await until('the second 200', () => log.lines.filter((line) => line.includes('"200 INVITE"')).length === 2);
    account.hangUp('one');
    expect(times(await sipp.finished(), 'ACK ')).toBe(2);
    expect(told()).toEqual(['ringing', 'answered']);
  });
});
