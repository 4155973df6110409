import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { encoderOf } from '../../src/terminal/telephony/media/codec/codec.ts';
import { HEADER, writeHeader } from '../../src/terminal/telephony/media/rtp.ts';
import { ticking } from '../tick.ts';

/** A far end whose clock is not ours. */
export interface Drifting {
  /** `performance.now()` at which it said the tick of second `n` of its own clock. */
  saidAt(n: number): number;
  readonly port: number;
  close(): void;
}

/** Sends PCMU to `port` of 127.0.0.1, ticking once a second of a clock that goes slow by `ppm` parts in a million. */
export async function startDrifting(port: number, ppm: number): Promise<Drifting> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const period = 20 * (1 + ppm / 1e6);
  const codes = new Uint8Array(8_000);
  encoderOf('PCMU').encode(ticking(1, 8_000), codes, 0);
  const began = performance.now() + 100;
  let sent = 0;
  let timer: NodeJS.Timeout | null = null;
  const due = () => began + sent * period;
  const run = () => {
    for (; performance.now() >= due(); sent += 1) {
      const packet = Buffer.alloc(HEADER + 160);
      const from = (sent % 50) * 160;
      packet.set(codes.subarray(from, from + 160), HEADER);
      const header = { payloadType: 0, marker: sent === 0, sequence: sent & 0xffff, ssrc: 7 };
      writeHeader(packet, { ...header, timestamp: (sent * 160) >>> 0 });
      socket.send(packet, port, '127.0.0.1');
    }
    timer = setTimeout(run, Math.max(0, due() - performance.now()));
  };
  run();
  return {
    port: socket.address().port,
    saidAt: (n) => began + n * 50 * period,
    close() {
      if (timer) clearTimeout(timer);
      socket.close();
    },
  };
}
