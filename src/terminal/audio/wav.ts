import { RATE } from './frame.ts';

/** The samples of a WAV file, which must be 16-bit PCM, 16 kHz, mono. Throws an Error that says what is wrong. */
export const parseWav = (file: Uint8Array): Int16Array => readWav(file, [RATE]).samples;

/** What a WAV file holds. */
export interface Sound {
  /** Samples a second. */
  readonly rate: number;
  readonly samples: Int16Array;
}

/**
 * Reads a WAV file, which must be 16-bit PCM, mono, at one of these rates. Chunks other than `fmt ` and `data` are
 * passed over. Throws an Error that says what is wrong.
 */
export function readWav(file: Uint8Array, rates: readonly number[]): Sound {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tag = (at: number) => String.fromCharCode(...file.subarray(at, at + 4));
  if (file.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw new Error('not a WAV file');
  let rate = 0;
  for (let at = 12; at + 8 <= file.length; ) {
    const name = tag(at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (name === 'fmt ' && body + 16 <= file.length) {
      rate = rateOf(view, body, rates);
    }
    if (name === 'data') {
      if (rate === 0) throw new Error('no format before the data');
      const count = Math.floor(Math.min(size, file.length - body) / 2);
      const samples = new Int16Array(count);
      for (let n = 0; n < count; n++) samples[n] = view.getInt16(body + 2 * n, true);
      return { rate, samples };
    }
    at = body + size + (size % 2);
  }
  throw new Error('no data in it');
}

const PCM = 1;
const EXTENSIBLE = 0xfffe;

function rateOf(view: DataView, at: number, rates: readonly number[]): number {
  const format = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const rate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  if ((format === PCM || format === EXTENSIBLE) && channels === 1 && bits === 16 && rates.includes(rate)) return rate;
  throw new Error(
    `${bits} bits, ${rate} Hz, ${channels} channels, format ${format}; 16-bit PCM, ${rates.join(' or ')} Hz, mono is wanted`,
  );
}
