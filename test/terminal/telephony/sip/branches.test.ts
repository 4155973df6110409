import { afterEach, expect, test, vi } from 'vitest';
import { readMessage } from '../../../../src/terminal/telephony/sip/wire/message.ts';
import { writeReply } from '../../../../src/terminal/telephony/sip/wire/reply.ts';
import { openTestAccount } from './fakes.ts';
import { FAR_PORT, MemoryLink } from './memory-link.ts';

afterEach(() => void vi.restoreAllMocks());

/** Chance of 32 values: SIP.js, which would draw a branch by one and a Call-ID by fifteen, drew the same branch in every 32nd request. */
function littleChance(): void {
  const { random } = Math;
  vi.spyOn(Math, 'random').mockImplementation(() => Math.floor(random() * 32) / 32);
}

test('of many calls in a minute each has its own branch, its refusal is acknowledged, and it is told', async () => {
  littleChance();
  const link = new MemoryLink();
  const { account, events } = await openTestAccount(FAR_PORT, {}, { farewell: 1 }, undefined, link.open);
  const branches = new Set<string>();
  const acknowledged = new Set<string>();
  link.hear = (text) => {
    const message = readMessage(text);
    if (message.method === 'ACK') acknowledged.add(message.callId);
    if (message.method !== 'INVITE') return;
    branches.add(message.branch);
    link.say(writeReply(message, { status: 486, reason: 'Busy Here', toTag: 'far' }));
  };
  try {
    for (let n = 0; n < 100; n += 1) {
      account.dial(`${n}`, '+12025551000', { privileged: false });
      for (let turn = 0; turn < 20; turn += 1) await link.quiet();
    }
    expect(acknowledged.size).toBe(100);
    expect(events.filter(({ type }) => type === 'dial-failed')).toHaveLength(100);
    expect(branches.size).toBe(100);
  } finally {
    await account.close();
  }
});
