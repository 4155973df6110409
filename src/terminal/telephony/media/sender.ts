import { randomBytes } from 'node:crypto';
import { FRAME, NARROW_FRAME, NARROW_RATE } from '../../audio/frame.ts';
import { Decimator } from '../../audio/resample.ts';
import type { Codec, RemoteMedia } from '../port.ts';
import { type Encoder, encoderOf } from './codec/codec.ts';
import { DigitSender, type DigitTurn } from './digit-sender.ts';
import { writeDigit } from './digits.ts';
import { HEADER, writeHeader } from './rtp.ts';
import { SRTP_ROOM } from './srtp.ts';
import type { MediaStats } from './stats.ts';
import type { Transport } from './transport.ts';

/** Packets in the hands of the operating system at most; a buffer is used again after so many. */
const BUFFERS = 16;

/** The longest packet time that is sent, ms: what any far end asks for and a datagram holds. */
const LONGEST = 200;

/** What we say, as RTP: one source from start to end of a call (RFC 3550, RFC 3551, RFC 4733). */
export class Sender {
  readonly #transport: Transport;
  readonly #stats: MediaStats;
  readonly #digits = new DigitSender();
  readonly #decimator = new Decimator(2, FRAME);
  readonly #narrow = new Int16Array(NARROW_FRAME);
  readonly #buffers = Array.from({ length: BUFFERS }, () =>
    Buffer.alloc(HEADER + (LONGEST * NARROW_RATE) / 1_000 + SRTP_ROOM),
  );
  /** Sound encoded and not yet sent, where a packet is not 20 ms. */
  readonly #encoded = new Uint8Array((LONGEST * NARROW_RATE) / 1_000 + NARROW_FRAME);
  #held = 0;
  #buffer = 0;
  #encoder: { codec: Codec; encoder: Encoder } | null = null;
  #ssrc = randomBytes(4).readUInt32BE();
  #sequence = firstSequence();
  /** RTP clock at the start of this tick. */
  #clock = randomBytes(4).readUInt32BE();
  /** RTP clock at the start of the press under way: all its packets carry that, whatever stalls come between. */
  #pressed = 0;
  /** The next packet of sound is the first after a pause. */
  #marker = true;

  constructor(transport: Transport, stats: MediaStats) {
    this.#transport = transport;
    this.#stats = stats;
  }

  press(digit: string): void {
    if (this.#digits.press(digit)) this.#stats.digitsSent += 1;
  }

  /** Sends 20 ms of 16 kHz sound, or a digit in its place while one is pressed. Once a tick. */
  send(frame: Int16Array, remote: RemoteMedia): void {
    this.#decimator.run(frame, this.#narrow);
    const turn = remote.digitPayloadType === null ? null : this.#digits.turn();
    if (turn) this.#sendDigit(turn, remote.digitPayloadType ?? 0);
    if (!turn || turn.withSound) this.#sendSound(remote);
    this.#clock = (this.#clock + NARROW_FRAME) >>> 0;
  }

  /** Time in which nothing is sent: the clock goes on. */
  pause(ticks: number): void {
    this.#clock = (this.#clock + ticks * NARROW_FRAME) >>> 0;
    this.#held = 0;
    this.#marker = true;
  }

  /** Forgets sound not yet sent. */
  flush(): void {
    this.#decimator.flush();
    this.#held = 0;
  }

  #sendSound(remote: RemoteMedia): void {
    const size = (Math.min(LONGEST, Math.max(10, remote.ptime)) * NARROW_RATE) / 1_000;
    const { codec } = remote.format;
    if (this.#encoder?.codec !== codec) this.#encoder = { codec, encoder: encoderOf(codec) };
    this.#encoder.encoder.encode(this.#narrow, this.#encoded, this.#held);
    let first = this.#clock - this.#held;
    this.#held += NARROW_FRAME;
    while (this.#held >= size) {
      const packet = this.#packet(remote.format.payloadType, this.#marker, first >>> 0);
      packet.set(this.#encoded.subarray(0, size), HEADER);
      this.#encoded.copyWithin(0, size, this.#held);
      this.#held -= size;
      first += size;
      this.#marker = false;
      this.#transport.sendRtp(packet, HEADER + size);
    }
  }

  #sendDigit({ event, first, withSound }: DigitTurn, payloadType: number): void {
    if (first) this.#pressed = this.#clock;
    const packet = this.#packet(payloadType, first, this.#pressed);
    writeDigit(packet, HEADER, event);
    if (!withSound) {
      this.#held = 0;
      this.#marker = true;
    }
    this.#transport.sendRtp(packet, HEADER + 4);
  }

  #packet(payloadType: number, marker: boolean, timestamp: number): Buffer {
    const packet = this.#buffers[this.#buffer] as Buffer;
    this.#buffer = (this.#buffer + 1) % BUFFERS;
    writeHeader(packet, { payloadType, marker, sequence: this.#sequence, timestamp, ssrc: this.#ssrc });
    this.#sequence = (this.#sequence + 1) & 0xffff;
    return packet;
  }

  /** Another source from now on. */
  renew(): void {
    this.#ssrc = randomBytes(4).readUInt32BE();
    this.#sequence = firstSequence();
    this.#marker = true;
  }
}

/** Below half, so that who misses the first packets does not mistake the first time it goes round (RFC 3711 section 3.3.1). */
const firstSequence = (): number => randomBytes(2).readUInt16BE() & 0x7fff;
