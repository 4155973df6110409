import type { Codec } from '../../port.ts';
import type { Decoder, Encoder } from './coder.ts';
import { g711Decoder, g711Encoder } from './g711.ts';
import { g722Decoder, g722Encoder } from './g722.ts';
import { opusDecoder, opusEncoder } from './opus.ts';

export type { Decoder, Encoder };

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
