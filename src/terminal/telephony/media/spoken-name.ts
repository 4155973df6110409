import { narrowed, widened } from '../../audio/resample.ts';
import { g711Decoder, g711Encoder } from './codec/g711.ts';

/** A name as it is kept: G.711 mu-law, 8 kHz. `sound`: 16 kHz, mono. */
export function encodeName(sound: Int16Array): Uint8Array {
  const narrow = narrowed(sound);
  const out = new Uint8Array(narrow.length);
  g711Encoder('PCMU').encode(narrow, out, 0);
  return out;
}

/** What `encodeName` made, at 16 kHz. */
export function decodeName(name: Uint8Array): Int16Array {
  const narrow = new Int16Array(name.length);
  g711Decoder('PCMU').decode(name, narrow);
  return widened(narrow);
}
