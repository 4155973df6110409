import { describe, expect, test } from 'vitest';
import type { CallOptions } from '../../../../src/terminal/telephony/port.ts';
import { calling, NUMBER } from './calling.ts';
import type { TestConfig } from './fakes.ts';
import { pause, testTrunk, until } from './fakes.ts';
import { ANSWER } from './far-end.ts';

const { farEnd, terminal } = calling();

/** A terminal with two trunks. */
async function twoTrunks(config: TestConfig = {}, options: CallOptions = { privileged: false }) {
  const first = await farEnd();
  const second = await farEnd();
  const trunks = [testTrunk(first.port), testTrunk(second.port, { name: 'second', priority: 1 })];
  const opened = await terminal(0, { trunks, ...config }, { noAnswer: 300 });
  opened.account.dial('one', NUMBER, options);
  return { first, second, ...opened };
}

describe('a call by two trunks', () => {
  test('goes by the second where the first shows no life', async () => {
    const { first, second, events, told } = await twoTrunks();
    await first.next('INVITE');
    const invite = await second.next('INVITE');
    second.answer(invite, 180);
    second.answer(invite, 200, ANSWER);
    await second.next('ACK');
    expect(told()).toEqual(['ringing', 'answered']);
    expect(events).toContainEqual(expect.objectContaining({ type: 'trunk', trunk: 'first', state: 'down' }));
    // The next call does not try it again.
    expect(first.distinct('INVITE')).toBe(1);
  });

  test.each([
    [{ privileged: false }, true],
    [{ privileged: false, hidden: true }, false],
  ] as const)('is named in the log where it is not hidden: %j', async (options, named) => {
    const { first, second, log } = await twoTrunks({}, options);
    await first.next('INVITE');
    second.answer(await second.next('INVITE'), 200, ANSWER);
    await second.next('ACK');
    const lines = log.lines.filter((line) => line.includes('"one"'));
    expect(lines.some((line) => line.startsWith('a call could not go out by a trunk'))).toBe(named);
    expect(lines.length > 0).toBe(named);
  });

  test.each([503, 'nobody'] as const)('goes by the second where the first answers %s', async (what) => {
    const { first, second, told } = await twoTrunks();
    if (what === 503) {
      first.answer(await first.next('INVITE'), 503);
      await first.next('ACK');
    }
    second.answer(await second.next('INVITE'), 200, ANSWER);
    await second.next('ACK');
    expect(told()).toEqual(['answered']);
  });

  test('stays with the first that has rung, whatever it says then', async () => {
    const { first, second, events, told } = await twoTrunks();
    const invite = await first.next('INVITE');
    first.answer(invite, 180);
    await pause(500);
    first.answer(invite, 503);
    await until('its end', () => told().includes('dial-failed'));
    expect(events.at(-1)).toMatchObject({ failure: 'network', sip: 503 });
    expect(second.count('INVITE')).toBe(0);
  });

  test('stays with the first that only tries', async () => {
    const { first, second, told } = await twoTrunks();
    const invite = await first.next('INVITE');
    first.answer(invite, 100);
    await pause(600);
    first.answer(invite, 200, ANSWER);
    await first.next('ACK');
    expect(told()).toEqual(['answered']);
    expect(second.count('INVITE')).toBe(0);
  });

  test.each([486, 404, 500, 603])('ends where the first answers %i', async (status) => {
    const { first, second, told } = await twoTrunks();
    first.answer(await first.next('INVITE'), status);
    await until('its end', () => told().includes('dial-failed'));
    await pause(100);
    expect(second.count('INVITE')).toBe(0);
  });

  test('fails once where neither can take it', async () => {
    const { first, second, events, told, media } = await twoTrunks();
    first.answer(await first.next('INVITE'), 503);
    second.answer(await second.next('INVITE'), 503);
    await until('its end', () => told().includes('dial-failed'));
    expect(told()).toEqual(['dial-failed']);
    expect(events.filter((e) => e.type === 'dial-failed')).toEqual([
      { type: 'dial-failed', call: 'one', failure: 'network', sip: 503 },
    ]);
    expect(media.open_.size).toBe(0);
  });

  test('is taken back from the first where that wakes up late: CANCEL while it rings', async () => {
    const { first, second, told } = await twoTrunks();
    const late = await first.next('INVITE');
    const invite = await second.next('INVITE');
    first.answer(late, 180);
    const cancel = await first.next('CANCEL');
    expect(cancel.branch).toBe(late.branch);
    first.reply(cancel, 200);
    first.answer(late, 487);
    await first.next('ACK');
    second.answer(invite, 200, ANSWER);
    await second.next('ACK');
    expect(told()).toEqual(['answered']);
  });

  test('is taken back from the first where that answers late: ACK and BYE', async () => {
    const { first, second, told, media } = await twoTrunks();
    const late = await first.next('INVITE');
    const invite = await second.next('INVITE');
    second.answer(invite, 200, ANSWER);
    await second.next('ACK');
    first.answer(late, 200, ANSWER);
    await first.next('ACK');
    first.reply(await first.next('BYE'), 200);
    expect(told()).toEqual(['answered']);
    expect(media.connected).toHaveLength(1);
    expect(second.count('BYE')).toBe(0);
  });

  test('that is hung up between the two is called no further', async () => {
    const { first, second, account, told } = await twoTrunks();
    await first.next('INVITE');
    account.hangUp('one');
    await pause(500);
    expect(second.count('INVITE')).toBe(0);
    expect(told()).toEqual([]);
  });

  test('that is hung up by the second is cancelled there, and taken back from the first', async () => {
    const { first, second, account, told } = await twoTrunks();
    const late = await first.next('INVITE');
    const invite = await second.next('INVITE');
    second.answer(invite, 180);
    await until('ringing', () => told().includes('ringing'));
    account.hangUp('one');
    const cancel = await second.next('CANCEL');
    second.reply(cancel, 200);
    second.answer(invite, 487);
    first.answer(late, 180);
    await first.next('CANCEL');
    expect(told()).toEqual(['ringing']);
  });

  test('opens its media once where both are reached from one address', async () => {
    const { second, media } = await twoTrunks();
    await second.next('INVITE');
    expect(media.open_.size).toBe(1);
  });
});
