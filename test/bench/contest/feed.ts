import { createSocket } from 'node:dgram';
import { Ticker } from '../../../src/terminal/audio/ticker.ts';
import { HEADER, writeHeader } from '../../../src/terminal/telephony/media/rtp.ts';
import { SRTP_ROOM, type SrtpKey, SrtpSender } from '../../../src/terminal/telephony/media/srtp.ts';

/** Where sound is sent, and with what key it is protected. */
export interface Fed {
  readonly port: number;
  readonly key: SrtpKey | null;
}

/** Sends a voiced sound as PCMU, 20 ms a packet, to each of `ends` until it is closed. */
export function feed(ends: readonly Fed[]): { close(): void } {
  const socket = createSocket('udp4');
  const senders = ends.map(({ port, key }, n) => ({ port, ssrc: n + 1, srtp: key && new SrtpSender(key) }));
  let sequence = 0;
  const ticker = new Ticker(() => {
    for (const { port, ssrc, srtp } of senders) {
      const packet = Buffer.alloc(HEADER + 160 + SRTP_ROOM);
      writeHeader(packet, {
        payloadType: 0,
        marker: sequence === 0,
        sequence: sequence & 0xffff,
        timestamp: sequence * 160,
        ssrc,
      });
      // Loud, so that nothing is left out as silence.
      for (let n = 0; n < 160; n++) packet[HEADER + n] = 0x80 | ((n * 7 + sequence) & 0x3f);
      const length = srtp ? srtp.protect(packet, HEADER + 160) : HEADER + 160;
      socket.send(packet, 0, length, port, '127.0.0.1');
    }
    sequence += 1;
  });
  return {
    close() {
      ticker.close();
      socket.close();
    },
  };
}
