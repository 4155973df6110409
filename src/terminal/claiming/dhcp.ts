import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { oneOf } from './one-of.ts';

/** No option of DHCP is longer in one lease, characters as hex. */
const LONGEST = 4_096;

/** The platform that the lease of this machine names (option 143 of DHCP, RFC 8572 8.3), as the hook of its client left it in `file`; null where it names none. */
export async function fromDhcp(file: string, log: Logger): Promise<string | null> {
  const text = await readFile(file, 'latin1').catch(() => null);
  if (text === null || text.trim() === '') return null;
  return oneOf(urisIn(text.slice(0, LONGEST).trim()), 'DHCP', log);
}

/**
 * The addresses in an option, as clients give it: in hex, with colons or without, else as text. Inside each has its length before it, two
 * bytes (RFC 8572 8.3); a plain address, as a router's page takes it, is taken as one.
 */
export function urisIn(option: string): string[] {
  const bytes = bytesOf(option.replace(/^"|"$/g, ''));
  const uris: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = at + 2 <= bytes.length ? bytes.readUInt16BE(at) : 0;
    if (length === 0 || at + 2 + length > bytes.length) return [bytes.toString('latin1')];
    uris.push(bytes.toString('latin1', at + 2, at + 2 + length));
    at += 2 + length;
  }
  return uris;
}

function bytesOf(option: string): Buffer {
  // A client drops the zero before: 0:1e:68.
  if (/^[0-9a-f]{1,2}(:[0-9a-f]{1,2})+$/i.test(option))
    return Buffer.from(option.split(':').map((byte) => Number.parseInt(byte, 16)));
  if (/^([0-9a-f]{2})+$/i.test(option)) return Buffer.from(option, 'hex');
  return Buffer.from(option, 'latin1');
}
