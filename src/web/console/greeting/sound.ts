import {
  faultOf,
  GREETING_LEVEL,
  GREETING_RATE,
  type GreetingFault,
  isClipped,
  speechLevel,
} from '../../../protocol/greeting.ts';
import { fromMulaw, toMulaw } from '../../../protocol/mulaw.ts';

/** A recording as phones play it, or what is wrong with it. */
export type Made = { readonly sound: Uint8Array } | { readonly fault: GreetingFault };

/** Below it nobody speaks, dB below full scale: it could be made as loud as speech, and be noise. */
const SILENT = -50;
/** Quieter than this below the loudest is cut off both ends, dB; this much of it stays, in frames of 20 ms. */
const [QUIET, MARGIN] = [30, 3];
const FRAME = GREETING_RATE / 50;
/** No sample becomes louder, of 1. */
const PEAK = 0.89;

/** Cuts off what comes before and after speech. */
function trimmed(samples: Float64Array): Float64Array {
  const frames = Array.from({ length: Math.ceil(samples.length / FRAME) }, (_, n) =>
    samples.subarray(n * FRAME, (n + 1) * FRAME).reduce((sum, x) => sum + x * x, 0),
  );
  const floor = Math.max(...frames) * 10 ** (-QUIET / 10);
  const first = Math.max(0, frames.findIndex((energy) => energy > floor) - MARGIN);
  const last = frames.findLastIndex((energy) => energy > floor) + 1 + MARGIN;
  return samples.slice(first * FRAME, last * FRAME);
}

/** Makes what phones play of what was recorded: cut to the speech, as loud as our own recordings. `samples` of 1, at 8 kHz. */
export function greetingOf(samples: Float64Array): Made {
  if (samples.length === 0) return { fault: 'short' };
  if (isClipped(samples)) return { fault: 'clipped' };
  if (speechLevel(samples) < SILENT) return { fault: 'silent' };
  const speech = trimmed(samples);
  const loudest = speech.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const gain = Math.min(10 ** ((GREETING_LEVEL - speechLevel(speech)) / 20), PEAK / loudest);
  const sound = Uint8Array.from(speech, (x) => toMulaw(Math.round(x * gain * 32_767)));
  const fault = faultOf(sound);
  return fault ? { fault } : { sound };
}

/** What a recording is as samples of 1. */
export const samplesOf = (sound: Uint8Array): Float32Array<ArrayBuffer> =>
  Float32Array.from(sound, (code) => fromMulaw(code) / 32_768);

export const toBase64 = (sound: Uint8Array): string =>
  btoa(Array.from(sound, (code) => String.fromCharCode(code)).join(''));
export const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
