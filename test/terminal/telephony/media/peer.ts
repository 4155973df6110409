import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { RtpHeader, RtpPacket } from 'werift-rtp';

/** A far end that sends what a test wants, made and read by another RTP implementation than ours. */
export class Peer {
  readonly #socket: Socket;
  /** All that came. */
  readonly raws: Buffer[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (data) => this.raws.push(data));
  }

  /** All that came, as RTP. */
  get received(): RtpPacket[] {
    return this.raws.map((data) => RtpPacket.deSerialize(data));
  }

  static async bind(address = '127.0.0.1'): Promise<Peer> {
    const socket = createSocket('udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    return new Peer(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Any bytes. Resolves when they are with the operating system. */
  raw(data: Uint8Array, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(data, port, '127.0.0.1', (cause) => (cause ? reject(cause) : resolve()));
    });
  }

  rtp(header: Partial<RtpHeader>, payload: Uint8Array, port: number): Promise<void> {
    return this.raw(packet(header, payload), port);
  }

  close(): void {
    this.#socket.close();
  }
}

export const packet = (header: Partial<RtpHeader>, payload: Uint8Array): Buffer =>
  new RtpPacket(
    new RtpHeader({ payloadType: 0, ssrc: 1, sequenceNumber: 0, timestamp: 0, ...header }),
    Buffer.from(payload),
  ).serialize();

/** An RFC 4733 payload. */
export const event = (code: number, end: boolean, duration: number): Buffer =>
  Buffer.from([code, end ? 0x8a : 0x0a, duration >> 8, duration & 0xff]);
