import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decodePcmu } from './pcmu.ts';

const DIGITS = '0123456789*#';

/** Where a peer that cannot keep what it hears has its sound sent: a port that its SDP names. */
export interface Ear {
  readonly port: number;
  /** Sound of payload type 0 that came before `moment` (ms since 1970) or at all: 16-bit samples at 8 kHz. */
  heard(moment?: number): Int16Array;
  /** Keys that came as RFC 4733 events of payload type 101, in order. */
  keys(): string;
  close(): void;
}

/** Opens an ear on 127.0.0.1. */
export async function openEar(): Promise<Ear> {
  const packets: { at: number; type: number; timestamp: number; payload: Buffer }[] = [];
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (data) =>
    packets.push({
      at: Date.now(),
      type: data.readUInt8(1) & 0x7f,
      timestamp: data.readUInt32BE(4),
      payload: data.subarray(12),
    }),
  );
  return {
    port: socket.address().port,
    heard: (moment = Number.POSITIVE_INFINITY) =>
      decodePcmu(Buffer.concat(packets.flatMap((p) => (p.type === 0 && p.at < moment ? [p.payload] : [])))),
    keys() {
      // All packets of one press have the timestamp of its start.
      const presses = new Map(packets.flatMap((p) => (p.type === 101 ? [[p.timestamp, p.payload[0] ?? 0]] : [])));
      return [...presses.values()].map((code) => DIGITS[code] ?? '?').join('');
    },
    close: () => void socket.close(),
  };
}
