import { speechLike } from '../../../../sim/callee/speech.ts';
import { joined } from '../../../../src/terminal/audio/frame.ts';
import {
  type Decoder,
  decoderOf,
  type Encoder,
  encoderOf,
} from '../../../../src/terminal/telephony/media/codec/codec.ts';
import { JitterBuffer } from '../../../../src/terminal/telephony/media/jitter-buffer.ts';
import type { Codec } from '../../../../src/terminal/telephony/port.ts';
import { toneFrames } from '../../../signal.ts';

/** 20 ms at 16 kHz. */
const FRAME = 320;

interface LineOptions {
  codec?: Codec;
  /** ms of sound a packet. */
  ptime?: number;
  timestamp?: number;
  sequence?: number;
  /** A packet that is on time comes this long before a tick, ms. */
  phase?: number;
  /** How much faster than ours the far end's clock is, parts in a million. */
  ppm?: number;
  /** Frames of 16 kHz, of which ten seconds are said over and over. 1 kHz at -10 dB by itself. */
  sound?: () => Int16Array;
  /** Keep what is said and heard. */
  keep?: boolean;
}

interface Coming {
  at: number;
  timestamp: number;
  sequence: number;
  payload: Uint8Array;
}

/** A far end, the network and our jitter buffer, all on a clock of the test's. */
export class Line {
  readonly buffer = new JitterBuffer(() => {
    this.decoded += 1;
  });
  /** Packets that were decoded. */
  decoded = 0;
  readonly placed: string[] = [];
  readonly #options: Required<LineOptions>;
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;
  readonly #sound: Int16Array;
  readonly #sent: Int16Array[] = [];
  readonly #frames: Int16Array[] = [];
  #packet = 0;
  #tick = 0;
  #offset = 0;
  #coming: Coming[] = [];

  constructor(options: LineOptions = {}) {
    this.#options = {
      codec: 'PCMU',
      ptime: 20,
      timestamp: 1_000,
      sequence: 0,
      phase: 10,
      ppm: 0,
      sound: toneFrames(1_000, -10),
      keep: true,
      ...options,
    };
    this.#sound = joined(Array.from({ length: 500 }, this.#options.sound));
    this.#encoder = encoderOf(this.#options.codec);
    this.#decoder = decoderOf(this.#options.codec);
  }

  /** All that was said, 16 kHz. */
  get sent(): Int16Array {
    return joined(this.#sent);
  }

  /** All that was heard, 16 kHz. */
  get heard(): Int16Array {
    return joined(this.#frames);
  }

  /** The far end's clock jumps. */
  jump(ticks: number): void {
    this.#offset += ticks;
  }

  /** So many packets are sent, and the time they take passes. `fate` tells how late each of a packet's copies comes, ms. */
  run(packets: number, fate: (n: number) => number[] = () => [0]): void {
    const { ptime, phase, ppm } = this.#options;
    for (let n = 0; n < packets; n++) {
      this.#say(fate(n), (this.#packet * ptime) / (1 + ppm / 1e6) + 20 - phase);
      this.#packet += 1;
      const until = (this.#packet * ptime) / (1 + ppm / 1e6);
      while ((this.#tick + 1) * 20 <= until) this.#step();
    }
  }

  /** Nothing of ours runs for so many ticks, and no more is said in that time. */
  stall(ticks: number): void {
    this.#tick += ticks;
    this.#packet += (ticks * 20) / this.#options.ptime;
    this.buffer.skip(ticks);
  }

  #say(lates: number[], at: number): void {
    const { ptime, timestamp, sequence } = this.#options;
    const wide = new Int16Array(16 * ptime);
    const from = this.#packet * wide.length;
    for (let n = 0; n < wide.length; n++) wide[n] = this.#sound[(from + n) % this.#sound.length] as number;
    if (this.#options.keep) this.#sent.push(wide);
    const samples = this.#encoder.rate === 16_000 ? wide : wide.filter((_, n) => n % 2 === 0);
    const payload = new Uint8Array(8 * ptime);
    this.#encoder.encode(samples, payload, 0);
    for (const late of lates) {
      this.#coming.push({
        at: at + late,
        timestamp: (timestamp + this.#offset + this.#packet * 8 * ptime) >>> 0,
        sequence: (sequence + this.#packet) & 0xffff,
        payload,
      });
    }
  }

  #step(): void {
    this.#tick += 1;
    const now = this.#tick * 20;
    this.#coming.sort((a, b) => a.at - b.at);
    while (this.#coming[0] && this.#coming[0].at < now) {
      const { at, ...packet } = this.#coming.shift() as Coming;
      this.placed.push(
        this.buffer.put('sound', { payloadType: 0, marker: false, ssrc: 1, ...packet }, this.#decoder, at),
      );
    }
    const out = new Int16Array(FRAME);
    this.buffer.take(out, now);
    if (this.#options.keep) this.#frames.push(out);
  }
}

/** Frames that are like speech: with pauses. */
export const likeSpeech = (seed: number): (() => Int16Array) => speechLike(seed);

/** The loudest sample. */
export const loudest = (samples: Int16Array): number =>
  samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

/** By how many samples `heard` is behind `sent`, up to 300 ms, and how alike they then are (correlation of their last second). */
export function heardLater(sent: Int16Array, heard: Int16Array): { lag: number; likeness: number } {
  const length = Math.min(sent.length, heard.length);
  const from = Math.max(4_800, length - 16_000);
  let best = { lag: 0, likeness: -1 };
  for (let lag = 0; lag < 4_800; lag++) {
    let cross = 0;
    let a = 1;
    let b = 1;
    for (let n = from; n < length; n += 3) {
      const x = sent[n - lag] as number;
      const y = heard[n] as number;
      cross += x * y;
      a += x * x;
      b += y * y;
    }
    const likeness = cross / Math.sqrt(a * b);
    if (likeness > best.likeness) best = { lag, likeness };
  }
  return best;
}
