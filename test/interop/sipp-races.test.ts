import { afterEach, describe, expect, test } from 'vitest';
import type { Pace } from '../../src/terminal/telephony/sip/pace.ts';
import { openTestAccount, type TestConfig, testTrunk, until } from '../terminal/telephony/sip/fakes.ts';
import { has } from './peers/program.ts';
import { startSipp } from './peers/sipp.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function play(scenario: string, options: readonly string[] = []) {
  const sipp = await startSipp(scenario, options);
  closers.push(() => sipp.stop());
  return sipp;
}

interface Terminal {
  readonly config?: TestConfig;
  readonly pace?: Partial<Pace>;
  readonly options?: readonly string[];
}

/** A call to one scenario. */
async function callTo(scenario: string, { config = {}, pace = {}, options = [] }: Terminal = {}) {
  const sipp = await play(scenario, options);
  return { sipp, ...(await dial(sipp.port, config, pace)) };
}

async function dial(port: number, config: TestConfig = {}, pace: Partial<Pace> = {}) {
  const terminal = await openTestAccount(port, config, pace);
  closers.push(() => terminal.account.close());
  terminal.account.dial('one', '+12025550123', { privileged: false });
  const happens = (type: string, times = 1) =>
    until(type, () => terminal.told().filter((t) => t === type).length >= times, 30_000);
  return { ...terminal, happens };
}

/** How many messages that came, or went, start so. */
const times = (messages: string, first: string) => messages.split('\n').filter((line) => line.startsWith(first)).length;

// The scenarios check what the terminal sends; the pace is that of RFC 3261.
describe.skipIf(!has('sipp'))('against SIPp', () => {
  test('an ACK that is lost is sent again with the 200', async () => {
    const { sipp, account, happens, told, log } = await callTo('lost-ack', { options: ['-nr'] });
    await happens('answered');
    await until('the second 200', () => log.lines.filter((line) => line.includes('"200 INVITE"')).length === 2);
    account.hangUp('one');
    expect(times(await sipp.finished(), 'ACK ')).toBe(2);
    expect(told()).toEqual(['ringing', 'answered']);
  });

  test('a 200 that is lost is asked for again', async () => {
    const { sipp, account, happens, told } = await callTo('lost-200');
    await happens('answered');
    account.hangUp('one');
    const messages = await sipp.finished();
    expect(times(messages, 'INVITE ')).toBeGreaterThanOrEqual(2);
    expect(times(messages, 'BYE ')).toBeGreaterThanOrEqual(2);
    expect(told()).toEqual(['answered']);
  });

  test('BYEs that cross end the call once', async () => {
    const { sipp, account, happens, told } = await callTo('bye-crossing');
    await happens('answered');
    account.hangUp('one');
    await sipp.finished();
    expect(told()).toEqual(['ringing', 'answered']);
  });

  test('a BYE that is repeated ends the call once', async () => {
    const { sipp, happens, told } = await callTo('bye-repeated', { options: ['-nr'] });
    await happens('far-ended');
    await sipp.finished();
    expect(told()).toEqual(['ringing', 'answered', 'far-ended']);
  });

  test('hold is told, and the way back', async () => {
    const { sipp, account, happens, events } = await callTo('hold');
    await happens('hold', 4);
    account.hangUp('one');
    await sipp.finished();
    expect(events.flatMap((e) => (e.type === 'hold' ? [e.held] : []))).toEqual([true, false, true, false]);
  });

  test('re-INVITEs that cross are made again', async () => {
    const { sipp, account, happens, told, log } = await callTo('glare', {
      config: { sessionExpires: 4 },
      pace: { leastExpires: 1, timing: { t1: 50, t2: 400 } },
    });
    await happens('hold');
    // Ours, theirs that waits, and ours again.
    await until('ours again', () => log.lines.filter((line) => line.includes('"200 INVITE"')).length === 2, 30_000);
    account.hangUp('one');
    await sipp.finished();
    expect(told()).toEqual(['ringing', 'answered', 'hold']);
  });

  test('reliable provisional responses are acknowledged', async () => {
    const { sipp, account, happens, told, media } = await callTo('prack');
    await happens('answered');
    account.hangUp('one');
    expect(times(await sipp.finished(), 'PRACK ')).toBeGreaterThanOrEqual(3);
    expect(told()).toEqual(['ringing', 'ringing', 'answered']);
    expect(media.connected).toHaveLength(1);
  });

  test('a session interval is lengthened and kept', async () => {
    const { sipp, account, happens, told, log } = await callTo('session-timer', {
      config: { sessionExpires: 2 },
      pace: { leastExpires: 1 },
    });
    await happens('answered');
    await until('two refreshes', () => log.lines.filter((line) => line.includes('"200 UPDATE"')).length === 2, 30_000);
    account.hangUp('one');
    await sipp.finished();
    expect(told()).toEqual(['ringing', 'answered']);
  });

  test('a session that is not refreshed is ended', async () => {
    const { sipp, happens, told } = await callTo('no-refresh', {
      config: { sessionExpires: 3 },
      pace: { leastExpires: 1 },
    });
    await happens('far-ended');
    await sipp.finished();
    expect(told()).toEqual(['ringing', 'answered', 'far-ended']);
  });

  test.each(['unavailable', null] as const)('a trunk that is %s is passed over within 2 s', async (scenario) => {
    const second = await play('answer');
    const first = scenario === null ? null : await play(scenario);
    // Port 9 is nobody's.
    const trunks = [testTrunk(first?.port ?? 9), testTrunk(second.port, { name: 'second', priority: 1 })];
    const from = performance.now();
    const { account, happens, told, events } = await dial(0, { trunks });
    await happens('ringing');
    const took = performance.now() - from;
    await happens('answered');
    account.hangUp('one');
    await second.finished();
    await first?.finished();
    expect(told()).toEqual(['ringing', 'answered']);
    expect(events).toContainEqual(expect.objectContaining({ type: 'trunk', trunk: 'first', state: 'down' }));
    // Generous, as all of it is: the machine may be busy.
    expect(took).toBeLessThan(5_000);
  });

  test('a 302 is told and not followed', async () => {
    const { sipp, happens, events } = await callTo('moved');
    await happens('dial-failed');
    await sipp.finished();
    expect(events.slice(-2)).toEqual([
      { type: 'redirected', call: 'one', how: 'moved', to: '+19005550101' },
      { type: 'dial-failed', call: 'one', failure: 'unreachable', sip: 302 },
    ]);
  });

  test('a call that is forwarded is told where to', async () => {
    const { sipp, account, happens, events } = await callTo('forwarded');
    await happens('answered');
    account.hangUp('one');
    await sipp.finished();
    expect(events.flatMap((e) => (e.type === 'redirected' ? [[e.how, e.to]] : []))).toEqual([
      ['forwarding', null],
      ['diversion', null],
      ['history', '+19005550101'],
    ]);
  });

  test('a transfer is refused and told', async () => {
    const { sipp, account, happens, events } = await callTo('refer');
    await happens('redirected');
    account.hangUp('one');
    await sipp.finished();
    expect(events).toContainEqual({ type: 'redirected', call: 'one', how: 'transfer', to: '+19005550199' });
  });

  test('UPDATE changes the media', async () => {
    const { sipp, account, happens, told, media } = await callTo('update');
    await happens('hold', 2);
    account.hangUp('one');
    await sipp.finished();
    expect(told()).toEqual(['ringing', 'answered', 'hold', 'hold']);
    expect(media.connected.map((m) => m.direction)).toEqual(['sendrecv', 'sendonly', 'sendrecv']);
  });

  test('keys by INFO are told', async () => {
    const { sipp, account, happens, events, log } = await callTo('info');
    await happens('far-digit', 2);
    await until('the third', () => log.lines.some((line) => line.includes('"sip":415')));
    account.hangUp('one');
    await sipp.finished();
    expect(events.flatMap((e) => (e.type === 'far-digit' ? [e.digit] : []))).toEqual(['7', '#']);
  });

  test('of two legs that answer the second is ended', async () => {
    const { sipp, account, happens, told, log } = await callTo('forked');
    await happens('answered');
    await until('the end of the second', () => log.lines.some((line) => line.includes('"200 BYE"')), 30_000);
    account.hangUp('one');
    await sipp.finished();
    expect(told()).toEqual(['ringing', 'ringing', 'answered']);
  });
});
