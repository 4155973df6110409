import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../../../src/protocol/package-root.ts';
import { header, readMessage, writeMessage } from '../../../../src/terminal/telephony/sip/wire/message.ts';
import { openTestAccount, until } from './fakes.ts';
import { FarEnd } from './far-end.ts';

const PACE = { timing: { t1: 50, t2: 400 }, backOff: { first: 100, longest: 400 }, farewell: 200 };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Reads the notation of RFC 4475 2.1. Bytes are kept as Latin-1, one character each. */
function bytesOf(text: string): Buffer {
  const written = Buffer.from(text)
    .toString('latin1')
    .replace(/<repeat count=(\d+)>(.*?)<\/repeat>/g, (_, count: string, what: string) => what.repeat(Number(count)))
    .replace(/<allOneLine>\n(.*?)\n<\/allOneLine>/gs, (_, lines: string) => lines.replaceAll('\n', ''))
    .replaceAll('\n', '\r\n')
    .replace(/<hex>([0-9A-F]+)<\/hex>/g, (_, hex: string) => Buffer.from(hex, 'hex').toString('latin1'));
  return Buffer.from(written, 'latin1');
}

const MESSAGES = readFileSync(join(packageRoot(), 'test/terminal/telephony/sip/torture.txt'), 'utf8')
  .split(/^=== /m)
  .slice(1)
  .map((part) => {
    const end = part.indexOf('\n');
    const [section = '', name = '', outcome = ''] = part.slice(0, end).split(' ');
    return { section, name, outcome, data: bytesOf(part.slice(end + 1)) };
  });

/** A terminal with a server, and a stranger's socket to send it anything from. */
async function setup() {
  const far = await FarEnd.open();
  const stranger = await FarEnd.open();
  closers.push(
    () => far.close(),
    () => stranger.close(),
  );
  const terminal = await openTestAccount(far.port, {}, PACE);
  closers.push(() => terminal.account.close());
  let calls = 0;
  /** Makes a call that comes to an end; returns the INVITE it made. */
  const call = async () => {
    const before = terminal.told().length;
    terminal.account.dial(`call ${++calls}`, '+12025550123', { privileged: false });
    const invite = await far.fresh('INVITE');
    far.reply(invite, 486);
    await until('the call is over', () => terminal.told().slice(before).includes('dial-failed'));
    return invite;
  };
  const port = (await call()).via.port ?? 0;
  const malformed = () => terminal.events.filter((event) => event.type === 'malformed');
  return { ...terminal, far, stranger, call, port, malformed };
}

/** An OPTIONS that is answered after whatever was sent before it. */
const PROBE =
  'OPTIONS sip:a@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bKprobe\r\nFrom: <sip:p@p.example>;tag=p\r\n' +
  'To: <sip:a@127.0.0.1>\r\nCall-ID: probe\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n';

const COPIED = ['from', 'call-id', 'cseq'];

describe('RFC 4475', () => {
  test('is here in full', () => {
    expect(MESSAGES).toHaveLength(49);
    expect(new Set(MESSAGES.map(({ name }) => name)).size).toBe(49);
  });

  test.each(MESSAGES.map((message) => [`${message.section} ${message.name}: ${message.outcome}`, message] as const))(
    '%s',
    async (_title, { outcome, data }) => {
      const { stranger, call, port, malformed, media } = await setup();
      stranger.raw(data, port);
      stranger.raw(PROBE, port);
      await until('the probe answered', () => stranger.received.some((m) => m.callId === 'probe'));
      const answered = () => stranger.received.filter((m) => m.callId !== 'probe');
      const status = Number(outcome);
      if (Number.isInteger(status)) {
        await until('an answer', () => answered().length > 0);
        // A negative answer to an INVITE is repeated until acknowledged, but never another one.
        expect(new Set(answered().map((m) => m.status))).toEqual(new Set([status]));
        const sent = data.toString('latin1');
        for (const name of COPIED) {
          const value = answered()[0]?.headers.filter(([one]) => one === name);
          expect(value).toHaveLength(1);
          for (const word of value?.[0]?.[1].split(/\s+/) ?? []) expect(sent).toContain(word);
        }
        expect(answered()[0]?.toTag).not.toBeNull();
      } else expect(answered()).toEqual([]);
      expect(malformed()).toHaveLength(outcome === 'malformed' ? 1 : 0);
      await call();
      expect(media.open_.size).toBe(0);
    },
  );

  test('3.1.1.1 wsinv: hops are told apart however they are folded', () => {
    const wsinv = readMessage(MESSAGES.find(({ name }) => name === 'wsinv')?.data.toString('latin1') ?? '');
    const hops = wsinv.headers.filter(([name]) => name === 'via').map(([, value]) => value.replaceAll(' ', ''));
    expect(hops).toEqual([
      'SIP/2.0/UDP192.0.2.2;branch=390skdjuw;rport',
      'SIP/2.0/TCPspindle.example.com;branch=z9hG4bK9ikj8',
      'SIP/2.0/UDP192.168.255.111;branch=z9hG4bK30239',
    ]);
  });

  test('3.1.1.10 transports: every hop is in the answer, in order', async () => {
    const { stranger, port } = await setup();
    stranger.raw(MESSAGES.find(({ name }) => name === 'transports')?.data ?? '', port);
    const answer = await stranger.next(200);
    const hops = answer.headers
      .filter(([name]) => name === 'via')
      .map(([, value]) => /^SIP\/2\.0\/(\w+)/.exec(value)?.[1]);
    expect(hops).toEqual(['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP']);
  });

  test('3.3.5 bext01: what is not supported is named, but not what only a proxy would need', async () => {
    const { stranger, port } = await setup();
    stranger.raw(MESSAGES.find(({ name }) => name === 'bext01')?.data ?? '', port);
    expect(header(await stranger.next(420), 'unsupported')).toBe('nothingSupportsThis, nothingSupportsThisEither');
  });

  test('3.2.1 badbranch: two requests with a branch that tells nothing are two', async () => {
    const { stranger, port } = await setup();
    const data = MESSAGES.find(({ name }) => name === 'badbranch')?.data.toString() ?? '';
    stranger.raw(data, port);
    stranger.raw(data.replace('badbranch.', 'another.'), port);
    await until('both answered', () => new Set(stranger.received.map((m) => m.callId)).size === 2);
    expect(stranger.count(200)).toBe(2);
  });
});

test('a header may have any name, that of a property of every object too', () => {
  const message = readMessage(PROBE.replace('Content-Length', 'constructor: 1\r\n__proto__: 2\r\nContent-Length'));
  expect(writeMessage(message)).toContain('\r\nConstructor: 1\r\n__proto__: 2\r\n');
});
