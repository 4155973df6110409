import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/protocol/package-root.ts';
import type { Message } from '../../src/terminal/telephony/sip/wire/message.ts';
import { ANSWER, FarEnd } from '../terminal/telephony/sip/far-end.ts';

/** What strangers say: the messages of RFC 4475, as texts of one byte a character, without those longer than 8 kB. */
export function strangers(): string[] {
  return readFileSync(join(packageRoot(), 'test/terminal/telephony/sip/torture.txt'), 'utf8')
    .split(/^=== .*\n/m)
    .slice(1)
    .map(read)
    .filter((text) => text.length < 8_192);
}

/** Reads the notation of RFC 4475 2.1; a byte is a character. */
function read(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replace(/<repeat count=(\d+)>(.*?)<\/repeat>/g, (_, count: string, what: string) => what.repeat(Number(count)))
    .replace(/<allOneLine>\n(.*?)\n<\/allOneLine>/gs, (_, lines: string) => lines.replaceAll('\n', ''))
    .replaceAll('\n', '\r\n')
    .replace(/<hex>([0-9A-F]+)<\/hex>/g, (_, hex: string) => Buffer.from(hex, 'hex').toString('latin1'));
}

/** What the far end of a call may say to it while it is set up, and while it is up. */
export interface Said {
  early: string[];
  up: string[];
  /** A plain 200 with an SDP. */
  answer: string;
}

/** All that may be said in the call of `invite`, by a far end at `port`. */
export function ofCall(invite: Message, port: number): Said {
  const texts: string[] = [];
  const far = new FarEnd({
    protocol: 'UDP',
    port,
    send: (data) => texts.push(data.toString()),
    close: () => Promise.resolve(),
  });
  far.reply(invite, 100);
  far.answer(invite, 180);
  far.answer(invite, 183, ANSWER);
  far.answer(invite, 183, ANSWER, 'far', [
    ['require', '100rel'],
    ['rseq', '1'],
  ]);
  far.answer(invite, 181, '', 'far', [['history-info', '<sip:a@127.0.0.1>;index=1']]);
  far.answer(invite, 200, ANSWER);
  const answer = texts.at(-1) as string;
  far.answer(invite, 200, ANSWER, 'other');
  far.answer(invite, 302, '', 'far', [['contact', '<sip:b@127.0.0.1>']]);
  for (const name of ['www-authenticate', 'proxy-authenticate']) {
    const challenge = 'Digest realm="r", nonce="n", qop="auth,auth-int", algorithm=SHA-256, opaque="o"';
    far.reply(invite, name.startsWith('w') ? 401 : 407, { headers: [[name, challenge]] });
  }
  far.answer(invite, 422, '', 'far', [['min-se', '200']]);
  far.answer(invite, 486);
  const early = texts.splice(0);

  far.request(invite, 'INVITE', 11, ANSWER);
  far.request(invite, 'UPDATE', 12, ANSWER);
  far.info(invite, 13, 'application/dtmf-relay', 'Signal=5\r\nDuration=100\r\n');
  far.request(invite, 'REFER', 14, '', [['refer-to', '<sip:c@127.0.0.1>']]);
  far.request(invite, 'OPTIONS', 15);
  far.request(invite, 'PRACK', 16, '', [['rack', '1 1 INVITE']]);
  far.request(invite, 'NOTIFY', 17, '', [['event', 'refer']]);
  far.request(invite, 'BYE', 18);
  far.request(invite, 'ACK', 11);
  return { early, up: texts, answer };
}
