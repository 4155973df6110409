import { encodePcmu } from './pcmu.ts';

/** 20 ms at 8 kHz. */
const FRAME = 160;
const DIGITS = '0123456789*#';
/** Packets of a key while it is held, and how often its end is said (RFC 4733 section 2.5.1.4). */
const HELD = 5;
const ENDS = 3;

/** What a side says: sound at 8 kHz, or a key pressed for 100 ms. */
export type Said = Int16Array | { readonly key: string };

/**
 * What is said as a capture of RTP for SIPp to play: PCMU of type 0 and RFC 4733 of type 101, a packet each 20 ms.
 * Ports and addresses in it are of no account, SIPp puts its own.
 */
export function pcapOf(said: readonly Said[]): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(65_535, 16);
  head.writeUInt32LE(1, 20);
  const records: Buffer[] = [head];
  let ticks = 0;
  const put = (type: number, start: number, payload: Uint8Array, marker = false) => {
    records.push(record(ticks, rtp(records.length, type, start * FRAME, payload, marker)));
    ticks += 1;
  };
  for (const part of said) {
    const start = ticks;
    if (part instanceof Int16Array) {
      for (let at = 0; at + FRAME <= part.length; at += FRAME) {
        put(0, ticks, encodePcmu(part.subarray(at, at + FRAME)), at === 0);
      }
      continue;
    }
    for (let n = 1; n <= HELD + ENDS; n += 1) {
      const event = Buffer.from([DIGITS.indexOf(part.key), n > HELD ? 0x8a : 0x0a, 0, 0]);
      event.writeUInt16BE(Math.min(n, HELD) * FRAME, 2);
      put(101, start, event, n === 1);
    }
  }
  return Buffer.concat(records);
}

function rtp(sequence: number, type: number, timestamp: number, payload: Uint8Array, marker: boolean): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt8(0x80, 0);
  head.writeUInt8((marker ? 0x80 : 0) | type, 1);
  head.writeUInt16BE(sequence & 0xffff, 2);
  head.writeUInt32BE(timestamp, 4);
  head.writeUInt32BE(0x51bb, 8);
  return Buffer.concat([head, payload]);
}

/** A packet in Ethernet, IPv4 and UDP, with its time. */
function record(tick: number, payload: Buffer): Buffer {
  const micros = tick * 20_000;
  const packet = Buffer.alloc(14 + 20 + 8);
  packet.writeUInt16BE(0x0800, 12);
  packet.writeUInt8(0x45, 14);
  packet.writeUInt16BE(28 + payload.length, 16);
  packet.writeUInt8(64, 22);
  packet.writeUInt8(17, 23);
  packet.writeUInt16BE(6_000, 34);
  packet.writeUInt16BE(6_000, 36);
  packet.writeUInt16BE(8 + payload.length, 38);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(Math.floor(micros / 1_000_000), 0);
  head.writeUInt32LE(micros % 1_000_000, 4);
  head.writeUInt32LE(packet.length + payload.length, 8);
  head.writeUInt32LE(packet.length + payload.length, 12);
  return Buffer.concat([head, packet, payload]);
}
