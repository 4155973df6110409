import { Core } from 'sip.js';
import { expect, test } from 'vitest';
import { Call } from '../../../../src/terminal/telephony/sip/call/call.ts';
import { Dialogs } from '../../../../src/terminal/telephony/sip/call/dialogs.ts';
import type { Line } from '../../../../src/terminal/telephony/sip/call/line.ts';
import { newUserAgent } from '../../../../src/terminal/telephony/sip/trunk/user-agent.ts';
import { sipjsLog } from '../../../../src/terminal/telephony/sip/wire/sipjs-log.ts';
import { Recorder } from '../recorder.ts';
import { keptLog, testTrunk, until } from './fakes.ts';

test('media is opened anew where another line is reached from another address, and only there', async () => {
  const log = keptLog();
  const dialogs = new Dialogs();
  const media = new Recorder();
  const sent: string[] = [];
  const trunk = testTrunk(9);
  const userAgent = newUserAgent(trunk, {
    send: async (text) => {
      sent.push(text);
    },
    description: (session) => dialogs.descriptionOf(session),
    logConnector: sipjsLog(log, () => undefined),
    wanted: () => true,
  });
  await userAgent.start();
  const failed: string[] = [];
  const line = (name: string, address: string): Line => ({
    name,
    userAgent,
    secure: false,
    address,
    target: (number) => new Core.URI('sip', number, trunk.domain),
    from: { uri: new Core.URI('sip', trunk.user, trunk.domain), displayName: '' },
    headers: [],
    failed: () => failed.push(name),
  });
  const call = new Call(
    'one',
    '+12025550123',
    { privileged: false },
    {
      log,
      dialogs,
      addresses: async () => [],
      codecs: ['PCMU'],
      sessionExpires: 0,
      pace: { t1: 50, noAnswer: 50, leastExpires: 90 },
      media,
      lines: () => [line('a', '192.0.2.1'), line('b', '192.0.2.1'), line('c', '198.51.100.1')],
      tell: () => undefined,
      done: () => undefined,
    },
  );
  try {
    call.start();
    await until('the third', () => sent.length === 3);
    expect(media.lines).toEqual(['open one', 'release one', 'open one']);
    expect(failed).toEqual(['a', 'b']);
    expect(sent.map((text) => [/c=IN IP4 (\S+)/.exec(text)?.[1], /m=audio (\d+)/.exec(text)?.[1]])).toEqual([
      ['192.0.2.1', '40002'],
      ['192.0.2.1', '40002'],
      ['198.51.100.1', '40004'],
    ]);
  } finally {
    void call.hangUp();
    dialogs.close();
    await userAgent.stop();
  }
  expect(media.open_.size).toBe(0);
});
