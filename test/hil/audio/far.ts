import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decoderOf, encoderOf } from '../../../src/terminal/telephony/media/codec/codec.ts';
import { HEADER, parseRtp, writeHeader } from '../../../src/terminal/telephony/media/rtp.ts';
import type { RemoteMedia } from '../../../src/terminal/telephony/port.ts';

/** Hz of what the far end says. */
export const FAR_TONE = 1_400;

/** 20 ms of G.711. */
const FRAME = 160;
const KEPT = 2 * 8_000;

/** The far end of a call, by G.711 over RTP: says a tone and keeps what it hears. */
export class Far {
  readonly #socket: Socket;
  readonly #encoder = encoderOf('PCMU');
  readonly #decoder = decoderOf('PCMU');
  readonly #heard: number[] = [];
  #timer: NodeJS.Timeout | null = null;
  #packets = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const samples = new Int16Array(FRAME * 4);
    socket.on('message', (data) => {
      const packet = parseRtp(data);
      if (typeof packet === 'string' || packet.payloadType !== 0) return;
      const count = this.#decoder.decode(packet.payload, samples);
      this.#heard.push(...samples.subarray(0, count));
      this.#heard.splice(0, this.#heard.length - KEPT);
    });
  }

  static async open(): Promise<Far> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Far(socket);
  }

  get media(): RemoteMedia {
    const { port } = this.#socket.address();
    const format = { codec: 'PCMU', payloadType: 0 } as const;
    return {
      address: '127.0.0.1',
      port,
      rtcpPort: port,
      format,
      receives: [format],
      digits: null,
      receivesDigits: [],
      ptime: 20,
      direction: 'sendrecv',
      srtp: null,
    };
  }

  /** Sends a packet each 20 ms to `port`. */
  talk(port: number): void {
    const began = performance.now();
    const sound = new Int16Array(FRAME);
    const packet = Buffer.alloc(HEADER + FRAME);
    this.#timer = setInterval(() => {
      while (this.#packets * 20 < performance.now() - began) {
        const first = this.#packets * FRAME;
        for (let n = 0; n < FRAME; n++)
          sound[n] = Math.round(6_000 * Math.sin((2 * Math.PI * FAR_TONE * (first + n)) / 8_000));
        writeHeader(packet, {
          payloadType: 0,
          marker: this.#packets === 0,
          sequence: this.#packets & 0xffff,
          timestamp: first,
          ssrc: 7,
        });
        this.#encoder.encode(sound, packet, HEADER);
        this.#socket.send(Buffer.from(packet), port, '127.0.0.1');
        this.#packets += 1;
      }
    }, 20);
  }

  /** The last `seconds` it heard, 8 kHz. */
  heard(seconds: number): Int16Array {
    return Int16Array.from(this.#heard.slice(-seconds * 8_000));
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#socket.close();
  }
}
