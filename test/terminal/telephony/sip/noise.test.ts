import { afterEach, expect, test } from 'vitest';
import { header, type Message, writeMessage } from '../../../../src/terminal/telephony/sip/wire/message.ts';
import { writeReply } from '../../../../src/terminal/telephony/sip/wire/reply.ts';
import { openTestAccount, until } from './fakes.ts';
import { ANSWER, FarEnd, sdp } from './far-end.ts';

const PACE = { timing: { t1: 50, t2: 400 }, backOff: { first: 100, longest: 400 }, farewell: 200 };
const SEED = Number(process.env.SEED ?? 20_261_124);
const DATAGRAMS = 2_500;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** One of many ways to spoil a datagram. */
function spoil(text: string, random: (below: number) => number): Buffer {
  const lines = text.split('\r\n');
  const at = random(lines.length);
  switch (random(7)) {
    case 0:
      lines.splice(at, 1);
      return Buffer.from(lines.join('\r\n'));
    case 1:
      lines.splice(at, 0, lines[random(lines.length)] ?? '');
      return Buffer.from(lines.join('\r\n'));
    case 2:
      lines[at] = `${(lines[at] ?? '').split(':')[0]}: ${'<"@;=,\\'.repeat(random(20))}`;
      return Buffer.from(lines.join('\r\n'));
    case 3:
      return Buffer.from(text.slice(0, random(text.length)));
    case 4:
      return Buffer.from(text.replaceAll(/\d+/g, (n) => (random(4) === 0 ? String(random(2 ** 31) - 2 ** 30) : n)));
    case 5:
      return Buffer.from(text.replace(/;tag=[^;\s]+/, random(2) === 0 ? '' : ';tag='));
    default: {
      const bytes = Buffer.from(text);
      for (let i = 0; i <= random(6); i += 1) bytes[random(bytes.length)] = random(256);
      return bytes;
    }
  }
}

/** Datagrams of a call: some true to its dialog, some true to its transaction. */
function honest(far: FarEnd, invite: Message, cseq: number): string[] {
  const inside = (method: string, body = '') =>
    writeMessage({
      start: `${method} ${/<([^>]+)>/.exec(header(invite, 'contact') ?? '')?.[1]} SIP/2.0`,
      headers: [
        ['via', `SIP/2.0/UDP 127.0.0.1:${far.port};branch=z9hG4bK${cseq}${method};rport`],
        ['from', `${header(invite, 'to')};tag=far`],
        ['to', header(invite, 'from') ?? ''],
        ['call-id', invite.callId],
        ['cseq', `${cseq} ${method}`],
        ['contact', `<sip:far@127.0.0.1:${far.port}>`],
        ...(body === '' ? [] : [['content-type', 'application/sdp'] as const]),
      ],
      body,
    });
  const reply = (status: number, body = '') =>
    writeReply(invite, {
      status,
      reason: 'Noise',
      toTag: 'far',
      headers: [
        ['contact', `<sip:far@127.0.0.1:${far.port}>`],
        ...(body === '' ? [] : [['content-type', 'application/sdp'] as const]),
      ],
      body,
    });
  return [
    inside('INVITE', sdp({ direction: 'sendonly' })),
    inside('INVITE', sdp({ port: 50_008 })),
    inside('ACK', ANSWER),
    inside('INFO'),
    inside('NOTIFY'),
    inside('PRACK'),
    inside('UPDATE', ANSWER),
    inside('REFER'),
    inside('OPTIONS'),
    inside('CANCEL'),
    inside('BYE'),
    reply(100),
    reply(180),
    reply(183, ANSWER),
    reply(200, ANSWER),
    reply(401),
    reply(486),
  ];
}

test(`${DATAGRAMS} spoiled datagrams break nothing (SEED=${SEED})`, async () => {
  const random = randomFrom(SEED);
  const far = await FarEnd.open();
  closers.push(() => far.close());
  const { account, events } = await openTestAccount(far.port, {}, PACE);
  closers.push(() => account.close());

  let invite: Message | null = null;
  for (let n = 0; n < DATAGRAMS; n += 1) {
    // A call may well be ended by what comes: then there is another, and half of them are answered first.
    if (n % 100 === 0) {
      account.hangUp(`call-${n - 100}`);
      account.dial(`call-${n}`, '+12025550123', { privileged: false });
      do invite = await far.next('INVITE');
      while (invite.toTag !== null);
      if (n % 200 === 0) far.answer(invite, 200, ANSWER);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    if (!invite) continue;
    const texts = honest(far, invite, n);
    const text = texts[random(texts.length)] ?? '';
    far.raw(spoil(text, random), invite.via.port ?? 0);
    if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  account.dial('last', '+12025550123', { privileged: false });
  await until('a call as if nothing had been', () => {
    const last = far.received.findLast((m) => m.method === 'INVITE' && m.status === null);
    if (last) far.answer(last, 200, ANSWER);
    return events.some((e) => e.type === 'answered' && e.call === 'last');
  });
  expect(events.filter((e) => e.type === 'malformed').length).toBeGreaterThan(DATAGRAMS / 10);
});
