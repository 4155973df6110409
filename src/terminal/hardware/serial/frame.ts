/** The longest line, with `$`, checksum, CR and LF: as NMEA 0183 bounds it. */
export const MAX_LINE = 82;

/** A line that is not one of ours. The reason never quotes the line: it may hold a digit of a PIN. */
export type Framed = { ok: true; payload: string } | { ok: false; reason: string };

/** XOR of the payload's bytes, two upper-case hex digits (NMEA 0183). */
function checksum(payload: string): string {
  let xor = 0;
  for (let i = 0; i < payload.length; i++) xor ^= payload.charCodeAt(i);
  return xor.toString(16).toUpperCase().padStart(2, '0');
}

/**
 * CRC-16 of a text's bytes (polynomial 0x1021 from 0xFFFF: CRC-16/IBM-3740), four upper-case hex digits.
 * Finds every three flipped bits in a line of ours, where the XOR is blind to two in one column.
 */
export function crc16(text: string): string {
  let crc = 0xffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i) << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc & 0x8000 ? 0x1021 : 0) ^ (crc << 1)) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}

/** `$<payload>*<checksum>` CR LF. The payload is printable ASCII. */
export function frame(payload: string): string {
  return `$${payload}*${checksum(payload)}\r\n`;
}

/**
 * Payload of a line without its LF. The star before the checksum is found by its place, since
 * `*` is also a key. Hex digits are taken in upper case only: else a flipped bit 5 would pass.
 */
export function unframe(line: string): Framed {
  const bare = line.endsWith('\r') ? line.slice(0, -1) : line;
  if (!bare.startsWith('$') || bare.at(-3) !== '*') return { ok: false, reason: 'no frame' };
  const payload = bare.slice(1, -3);
  if (!/^[\x20-\x7e]+$/.test(payload)) return { ok: false, reason: 'not printable' };
  if (checksum(payload) !== bare.slice(-2)) return { ok: false, reason: 'wrong checksum' };
  return { ok: true, payload };
}
