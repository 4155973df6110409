import type { Socket } from 'node:dgram';
import { PACKET } from './speech.ts';

/** When a sender began and how well it kept its time, ms of `performance.now()`. */
export interface Sending {
  /** When the first packet was due. */
  readonly began: number;
  /** How late each packet left. */
  readonly lateness: readonly number[];
}

const PERIOD = 20;

/**
 * Sends each of `payloads` as PCMU in RTP to all of `ports` at once, the n-th 20·n ms after `began`; what is late is made
 * up for, never skipped. Resolves after the last.
 */
export function sendSpeech(
  socket: Socket,
  ports: readonly number[],
  payloads: readonly Uint8Array[],
  began: number,
): Promise<Sending> {
  const lateness: number[] = [];
  const packet = Buffer.alloc(12 + PACKET);
  packet.writeUInt16BE(0x8000);
  packet.writeUInt32BE(0x51, 8);
  return new Promise((resolve) => {
    const wait = () => setTimeout(run, Math.max(0, began + PERIOD * lateness.length - performance.now()));
    const run = () => {
      for (;;) {
        const n = lateness.length;
        const payload = payloads[n];
        if (!payload) return resolve({ began, lateness });
        const late = performance.now() - began - PERIOD * n;
        if (late < 0) return wait();
        packet[1] = n === 0 ? 0x80 : 0;
        packet.writeUInt16BE(n & 0xffff, 2);
        packet.writeUInt32BE(n * PACKET, 4);
        packet.set(payload, 12);
        // A copy: the socket reads it later than we write the next.
        const copy = Buffer.from(packet);
        for (const port of ports) socket.send(copy, port, '127.0.0.1');
        lateness.push(late);
      }
    };
    wait();
  });
}
