import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { Subject } from 'rxjs';
import { Decimator } from '../../src/terminal/audio/resample.ts';
import { Ticker } from '../../src/terminal/audio/ticker.ts';
import { type Decoder, decoderOf, type Encoder, encoderOf } from '../../src/terminal/telephony/media/codec/codec.ts';
import { DigitSender, type DigitTurn } from '../../src/terminal/telephony/media/digit-sender.ts';
import { writeDigit } from '../../src/terminal/telephony/media/digits.ts';
import { JitterBuffer } from '../../src/terminal/telephony/media/jitter-buffer.ts';
import { HEADER, parseRtp, writeHeader } from '../../src/terminal/telephony/media/rtp.ts';
import type { Codec, RemoteMedia } from '../../src/terminal/telephony/port.ts';
import type { Frame } from '../world/port.ts';

const WIDE_RATE = 16_000;
const WIDE = 320;
const NARROW = 160;

/** Sound of one call at the called party's side: RTP both ways, 20 ms a packet (RFC 3550, RFC 4733). */
export class Voice {
  /** What is heard, a frame each 20 ms from `connect` on. */
  readonly heard = new Subject<Frame>();
  readonly #socket: Socket;
  readonly #says: () => Frame;
  readonly #digits = new DigitSender();
  readonly #buffer = new JitterBuffer(() => undefined);
  readonly #down = new Decimator(2, WIDE);
  readonly #narrow = new Int16Array(NARROW);
  readonly #ssrc = randomInt(2 ** 32);
  #sequence = randomInt(2 ** 16);
  #timestamp = randomInt(2 ** 31);
  #marker = true;
  /** Timestamp of the press under way. */
  #pressed = 0;
  #remote: RemoteMedia | null = null;
  #codec: { name: Codec; encoder: Encoder; decoder: Decoder } | null = null;
  #ticker: Ticker | null = null;

  private constructor(socket: Socket, says: () => Frame) {
    this.#socket = socket;
    this.#says = says;
    socket.on('message', (data) => this.#receive(data));
    // A terminal that has closed its port answers with ICMP: the call's end comes by SIP.
    socket.on('error', () => undefined);
  }

  /** Binds RTP on an address; `says` is asked for a frame each 20 ms of the call. */
  static async open(address: string, says: () => Frame): Promise<Voice> {
    const socket = createSocket('udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    return new Voice(socket, says);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Starts to talk and to hear. */
  connect(remote: RemoteMedia): void {
    this.#remote = remote;
    this.#ticker ??= new Ticker((skipped) => this.#tick(skipped));
  }

  /** Presses a key, sent by RFC 4733. False where the far end did not agree to that. */
  press(digit: string): boolean {
    return this.#remote?.digits != null && this.#digits.press(digit);
  }

  close(): void {
    this.#ticker?.close();
    this.#socket.close();
    this.heard.complete();
  }

  #receive(data: Buffer): void {
    const packet = parseRtp(data);
    if (typeof packet === 'string' || !this.#remote || packet.payloadType !== this.#remote.format.payloadType) return;
    this.#buffer.put('sound', packet, this.#codecOf(this.#remote).decoder, performance.now());
  }

  #codecOf({ format }: RemoteMedia): { encoder: Encoder; decoder: Decoder } {
    const name = format.codec;
    if (this.#codec?.name !== name) this.#codec = { name, encoder: encoderOf(name), decoder: decoderOf(name) };
    return this.#codec;
  }

  #tick(skipped: number): void {
    this.#buffer.skip(skipped);
    this.#timestamp = (this.#timestamp + skipped * NARROW) >>> 0;
    const wide = new Int16Array(WIDE);
    this.#buffer.take(wide, performance.now());
    this.#send();
    this.heard.next(wide);
  }

  #send(): void {
    const remote = this.#remote;
    if (!remote) return;
    const said = this.#says();
    const turn = this.#digits.turn();
    if (turn && remote.digits) this.#sendDigit(turn, remote, remote.digits.payloadType);
    if (!turn || turn.withSound) this.#sendSound(said, remote);
    this.#timestamp = (this.#timestamp + NARROW) >>> 0;
  }

  #sendDigit({ event, first }: DigitTurn, remote: RemoteMedia, payloadType: number): void {
    // Every packet of a press carries the time it began at (RFC 4733 2.5.1.2).
    if (first) this.#pressed = this.#timestamp;
    const packet = Buffer.alloc(HEADER + 4);
    this.#head(packet, payloadType, first, this.#pressed);
    writeDigit(packet, HEADER, event);
    // Sound after a press is a new talk spurt.
    if (!event.end) this.#marker = true;
    this.#socket.send(packet, remote.port, remote.address);
  }

  #sendSound(wide: Frame, remote: RemoteMedia): void {
    const { encoder } = this.#codecOf(remote);
    const samples = encoder.rate === WIDE_RATE ? wide : this.#narrow;
    this.#down.run(wide, this.#narrow);
    // Either codec has 160 ticks and as many bytes in 20 ms.
    const packet = Buffer.alloc(HEADER + NARROW);
    this.#head(packet, remote.format.payloadType, this.#marker, this.#timestamp);
    encoder.encode(samples, packet, HEADER);
    this.#marker = false;
    this.#socket.send(packet, remote.port, remote.address);
  }

  #head(packet: Buffer, payloadType: number, marker: boolean, timestamp: number): void {
    const sequence = this.#sequence;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    writeHeader(packet, { payloadType, marker, sequence, timestamp, ssrc: this.#ssrc });
  }
}
