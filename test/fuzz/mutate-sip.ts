import type { Random } from '../terminal/call/random.ts';
import { mutateBytes } from './mutate.ts';

const NUMBERS = [
  '0',
  '-1',
  '1',
  '65535',
  '65536',
  '2147483648',
  '4294967296',
  '99999999999999999999',
  '1e9',
  '0x10',
  '',
];
const PIECES = [
  ';',
  ',',
  '"',
  '<',
  '>',
  '=',
  '@',
  ':',
  ' ',
  '\t',
  '\r\n',
  '\r\n ',
  '\r\n\r\n',
  '\0',
  '%00',
  '%',
  '\\',
  '[',
  ']',
  '[::1]',
  ';tag=',
  ';tag=x',
  ';lr',
  ';received=127.0.0.1',
  ';rport',
  ';maddr=127.0.0.1',
  'sip:',
  'tel:+1',
  'SIP/2.0',
  '\u00e9',
  '\u{1f4de}',
  'constructor',
  '__proto__',
  'INVITE',
  'BYE',
  '200',
  'v=0\r\n',
  'm=audio 9 RTP/AVP 0\r\n',
  'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:',
];
const NAMES = [
  'Via',
  'v',
  'From',
  'f',
  'To',
  't',
  'Call-ID',
  'i',
  'CSeq',
  'Contact',
  'm',
  'Content-Length',
  'l',
  'Content-Type',
  'c',
  'Route',
  'Record-Route',
  'Require',
  'Supported',
  'RSeq',
  'RAck',
  'Session-Expires',
  'Min-SE',
  'Refer-To',
  'Retry-After',
  'WWW-Authenticate',
  'Proxy-Authenticate',
  'Authentication-Info',
  'History-Info',
  'Diversion',
  'Expires',
  'Max-Forwards',
  'Reason',
  'Warning',
  'Allow',
];
const METHODS = [
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'INFO',
  'UPDATE',
  'PRACK',
  'REFER',
  'NOTIFY',
  'MESSAGE',
  'REGISTER',
  'FOO',
];

/** A message with up to five faults of the kinds that SIP has. `others` lend it their lines. */
export function mutateSip(text: string, others: readonly string[], random: Random): Buffer {
  let lines = text.split('\r\n');
  for (let left = 1 + random.below(5); left > 0; left--) lines = fault(lines, others, random);
  const out = Buffer.from(lines.join('\r\n'), random.one(8) ? 'utf8' : 'latin1');
  // No datagram is longer.
  return (random.one(6) ? mutateBytes(out, random) : out).subarray(0, 65_000);
}

function fault(lines: string[], others: readonly string[], random: Random): string[] {
  const at = random.below(Math.max(1, lines.length));
  const line = lines[at] ?? '';
  const put = (...by: string[]) => [...lines.slice(0, at), ...by, ...lines.slice(at + 1)];
  const where = random.below(line.length + 1);
  const name = line.slice(0, Math.max(0, line.indexOf(':')));
  switch (random.below(13)) {
    case 0:
      return put();
    case 1:
      return put(line, line);
    case 2:
      return put(line.replace(/\d+/, random.pick(NUMBERS)));
    case 3:
      return put(line.slice(0, where) + random.pick(PIECES) + line.slice(where));
    case 4:
      return put(line.slice(0, where));
    case 5:
      return put(
        line.slice(0, where) +
          random.pick(PIECES).repeat(1 + random.below(random.one(20) ? 3_000 : 40)) +
          line.slice(where),
      );
    case 6:
      return put(`${random.pick(NAMES)}: ${line.slice(name.length + 1)}`);
    case 7: {
      const lender = random.pick(others).split('\r\n');
      return put(line, random.pick(lender));
    }
    case 8:
      return put(line.replace(/^[A-Z]+(?= )|\b[A-Z]{3,9}$/, random.pick(METHODS)));
    case 9:
      return put(`${line.slice(0, where)}\r\n ${line.slice(where)}`);
    case 10:
      return put(random.one(2) ? line.toUpperCase() : line.toLowerCase());
    case 11:
      return put(...lines.slice(at, at + 1 + random.below(4)).reverse());
    default:
      return put(line.replace(/[^;,=\s]+$/, random.pick(PIECES)));
  }
}
