import type { Codec } from '../../port.ts';
import { g711Decoder, g711Encoder } from './g711.ts';
import { g722Decoder, g722Encoder } from './g722.ts';
import { opusDecoder, opusEncoder } from './opus.ts';

/** Sound to payloads, in order: what a codec remembers of the last packet goes into the next. */
export interface Encoder {
  /** Samples a second it takes. */
  readonly rate: number;
  /** Ticks a second of its RTP clock, which need not be its rate (RFC 3551 section 4.5.2). */
  readonly clock: number;
  /** Encodes the whole of `samples` (10 to 60 ms at `rate`) into `out` from `at` on; returns the bytes written. */
  encode(samples: Int16Array, out: Uint8Array, at: number): number;
}

/** Payloads to sound, in order. */
export interface Decoder {
  /** Samples a second it gives. */
  readonly rate: number;
  /** Ticks a second of its RTP clock. */
  readonly clock: number;
  /** How long the sound of a payload is, in ticks of `clock`; 0 where it is none of this codec. Never throws. */
  duration(payload: Uint8Array): number;
  /** Decodes all of `payload` into `out` (at `rate`); returns the samples written. What is broken gives silence. */
  decode(payload: Uint8Array, out: Int16Array): number;
  /**
   * Packets are lost, and `madeUp` (at `rate`) was heard in their place, and would have been for `lookahead` samples more:
   * what is remembered of the last packet follows.
   */
  follow?(madeUp: Int16Array): void;
  readonly lookahead?: number;
  /** Forgets the sound of the last packet, of which the next one's begins with a rest. */
  hush?(): void;
}

/** An encoder for one call. */
export function encoderOf(codec: Codec): Encoder {
  switch (codec) {
    case 'PCMU':
    case 'PCMA':
      return g711Encoder(codec);
    case 'G722':
      return g722Encoder();
    case 'opus':
      return opusEncoder();
  }
}

/** A decoder for one call. */
export function decoderOf(codec: Codec): Decoder {
  switch (codec) {
    case 'PCMU':
    case 'PCMA':
      return g711Decoder(codec);
    case 'G722':
      return g722Decoder();
    case 'opus':
      return opusDecoder();
  }
}
