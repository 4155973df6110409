import { isUtf8 } from 'node:buffer';

const END = Buffer.from('\r\n\r\n');

/**
 * A message as text. Its headers are UTF-8 (RFC 3261 7.3.1); its body may be of any bytes, and where that is no UTF-8 each of them is one
 * character here, so that none is lost and its end is where Content-Length, which counts bytes, says.
 */
export function textOf(data: Buffer): string {
  const end = data.indexOf(END);
  if (end < 0 || isUtf8(data.subarray(end))) return data.toString();
  return data.toString('utf8', 0, end) + data.toString('latin1', end);
}
