import { randomBytes } from 'node:crypto';
import { FRAME, NARROW_FRAME } from '../../audio/frame.ts';
import type { Codec, DigitFormat, RemoteMedia } from '../port.ts';
import { DigitSender, type DigitTurn } from './digit-sender.ts';
import { DIGITS, writeDigit } from './digits.ts';
import { writeTones } from './in-band-digit.ts';
import { HEADER, writeHeader } from './rtp.ts';
import { SRTP_ROOM } from './srtp.ts';
import type { MediaStats } from './stats.ts';
import type { Transport } from './transport.ts';
import { packetTime, Voice } from './voice.ts';

/** Packets in the hands of the operating system at most; a buffer is used again after so many. */
const BUFFERS = 16;

/** Room for any payload: 60 ms of the widest codec, at one byte a sample. */
const PAYLOAD = 1_280;

/** The clock that time is counted by, and durations of keys (RFC 4733), Hz. */
const EVENT_CLOCK = 8_000;

/** What we say, as RTP: one source from start to end of a call (RFC 3550, RFC 3551, RFC 4733, RFC 7587). */
export class Sender {
  readonly #transport: Transport;
  readonly #stats: MediaStats;
  readonly #digits = new DigitSender();
  readonly #tones = new Int16Array(FRAME);
  readonly #buffers = Array.from({ length: BUFFERS }, () => Buffer.alloc(HEADER + PAYLOAD + SRTP_ROOM));
  #buffer = 0;
  #voice: Voice | null = null;
  /** One of each codec that was spoken: memory of Opus does not come back at once, however often a far end changes its mind. */
  readonly #voices = new Map<Codec, Voice>();
  #ssrc = randomBytes(4).readUInt32BE();
  #sequence = firstSequence();
  /** Time at the start of this tick, in 1/8000 s; what each clock shows is made of it, so that all of them go together. */
  #time = randomBytes(4).readUInt32BE();
  /** Clock of events at the start of the press under way: all its packets carry that, whatever stalls come between. */
  #pressed = 0;
  /** The next packet of sound is the first after a pause. */
  #marker = true;
  #packets = 0;
  #octets = 0;

  constructor(transport: Transport, stats: MediaStats) {
    this.#transport = transport;
    this.#stats = stats;
  }

  /** What a sender report says (RFC 3550 section 6.4.1): the clock of what is sent at the start of this tick, and all that was sent. */
  get report(): { ssrc: number; clock: number; packets: number; octets: number } {
    const clock = this.#clock(this.#voice?.encoder.clock ?? EVENT_CLOCK);
    return { ssrc: this.#ssrc, clock, packets: this.#packets, octets: this.#octets };
  }

  press(digit: string): void {
    if (this.#digits.press(digit)) this.#stats.digitsSent += 1;
  }

  /** Sends 20 ms of 16 kHz sound, or a digit in its place while one is pressed. Once a tick. */
  send(frame: Int16Array, remote: RemoteMedia): void {
    const turn = this.#digits.turn();
    if (turn && remote.digits) {
      this.#sendDigit(turn, remote.digits);
      if (turn.withSound) this.#sendSound(frame, remote);
    } else {
      this.#sendSound(turn && !turn.withSound ? this.#tone(turn) : frame, remote);
    }
    this.#time += NARROW_FRAME;
  }

  /** Time in which nothing is sent: the clock goes on. */
  pause(ticks: number): void {
    this.#time += ticks * NARROW_FRAME;
    this.#voice?.drop();
    this.#marker = true;
  }

  /** Forgets sound not yet sent. */
  flush(): void {
    this.#voice?.flush();
  }

  /** Another source from now on. */
  renew(): void {
    this.#ssrc = randomBytes(4).readUInt32BE();
    this.#sequence = firstSequence();
    this.#marker = true;
  }

  /** A clock of `rate` at the start of this tick. */
  #clock(rate: number): number {
    return (this.#time * (rate / EVENT_CLOCK)) % 2 ** 32;
  }

  #sendSound(frame: Int16Array, remote: RemoteMedia): void {
    const { codec, payloadType } = remote.format;
    const voice = this.#voiceOf(codec);
    const { clock } = voice.encoder;
    let first = this.#clock(clock) - (voice.held * clock) / 1_000;
    voice.add(frame);
    const ptime = packetTime(codec, remote.ptime);
    while (voice.held >= ptime) {
      const packet = this.#packet(payloadType, this.#marker, (first + 2 ** 32) % 2 ** 32);
      const size = voice.encode(ptime, packet, HEADER);
      first += (ptime * clock) / 1_000;
      this.#marker = false;
      this.#out(packet, size);
    }
  }

  #voiceOf(codec: Codec): Voice {
    if (this.#voice?.codec === codec) return this.#voice;
    const voice = this.#voices.get(codec) ?? new Voice(codec);
    voice.flush();
    this.#voices.set(codec, voice);
    this.#voice = voice;
    return voice;
  }

  #sendDigit({ event, first, withSound }: DigitTurn, { payloadType, clock }: DigitFormat): void {
    if (first) this.#pressed = this.#clock(clock);
    const packet = this.#packet(payloadType, first, this.#pressed);
    writeDigit(packet, HEADER, { ...event, duration: (event.duration * clock) / EVENT_CLOCK });
    if (!withSound) {
      this.#voice?.drop();
      this.#marker = true;
    }
    this.#out(packet, 4);
  }

  /** The tones of a press, for who takes no events. */
  #tone({ event }: DigitTurn): Int16Array {
    const age = event.duration / NARROW_FRAME - 1;
    writeTones(this.#tones, { digit: DIGITS[event.code] ?? '', age, last: event.end });
    return this.#tones;
  }

  #packet(payloadType: number, marker: boolean, timestamp: number): Buffer {
    const packet = this.#buffers[this.#buffer] as Buffer;
    this.#buffer = (this.#buffer + 1) % BUFFERS;
    writeHeader(packet, { payloadType, marker, sequence: this.#sequence, timestamp, ssrc: this.#ssrc });
    this.#sequence = (this.#sequence + 1) & 0xffff;
    return packet;
  }

  #out(packet: Buffer, payload: number): void {
    this.#packets += 1;
    this.#octets += payload;
    this.#transport.sendRtp(packet, HEADER + payload);
  }
}

/** Below half, so that who misses the first packets does not mistake the first time it goes round (RFC 3711 section 3.3.1). */
const firstSequence = (): number => randomBytes(2).readUInt16BE() & 0x7fff;
