import type { Random } from '../call/random.ts';

/** Bytes as they arrive over a bad line: each is hit at `rate`, and then has a bit flipped, is lost, or has a stranger put before it. */
export function noisy(bytes: Uint8Array, rate: number, random: Random): Uint8Array {
  const out: number[] = [];
  for (const byte of bytes) {
    if (random.below(1_000_000) >= rate * 1_000_000) {
      out.push(byte);
      continue;
    }
    const kind = random.below(3);
    if (kind === 0) out.push(byte ^ (1 << random.below(8)));
    else if (kind === 1) out.push(random.below(256), byte);
  }
  return Uint8Array.from(out);
}

/**
 * What a UART at `to` bit/s makes of bytes sent one after another at `from` bit/s, 8N1: it waits for a falling edge,
 * looks at the middle of each of its own bit times, and gives 0, as Linux does, for what does not end with a stop bit.
 */
export function atSpeed(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const line = (at: number): number => {
    const bit = Math.floor(at * from);
    const byte = bytes[Math.floor(bit / 10)];
    if (byte === undefined || bit < 0) return 1;
    const place = bit % 10;
    return place === 0 ? 0 : place === 9 ? 1 : (byte >> (place - 1)) & 1;
  };
  const out: number[] = [];
  const end = (bytes.length * 10) / from;
  const step = 1 / (16 * to);
  for (let at = 0; at < end; at += step) {
    if (line(at) !== 0) continue;
    let byte = 0;
    for (let bit = 0; bit < 8; bit++) byte |= line(at + (bit + 1.5) / to) << bit;
    out.push(line(at + 9.5 / to) === 1 ? byte : 0);
    at += 9.5 / to;
  }
  return Uint8Array.from(out);
}
