import type { Random } from '../terminal/call/random.ts';
import type { Detector, FoundKey } from './found.ts';
import { coded, louder } from './line.ts';
import type { Voice } from './speech.ts';

/** False hits of each detector in a voice. */
export interface Talk {
  name: string;
  minutes: number;
  hits: number[];
  found: (readonly FoundKey[])[];
  /** Processor time of 20 ms of sound, microseconds, of each detector. */
  costs: number[];
}

/** A way of bringing speech to the detectors. */
export interface Way {
  name: string;
  change(samples: Int16Array, random: Random): Int16Array;
}

/** As recorded and after G.711, louder and softer, and with packets lost. */
export const WAYS: readonly Way[] = [
  { name: 'as recorded', change: (samples) => samples },
  { name: 'mu-law', change: coded },
  { name: '6 dB louder', change: (samples) => coded(louder(samples, 6)) },
  { name: '10 dB softer', change: (samples) => coded(louder(samples, -10)) },
  { name: '3% of frames lost', change: (samples, random) => lossy(coded(samples), 3, random) },
];

/** Faster and higher by `rate`, as a tape would be: speech that nothing was tuned on. */
export const played = (rate: number): Way => ({
  name: `played ${rate} times as fast`,
  change: (samples) => {
    const out = new Int16Array(Math.floor((samples.length - 2) / rate));
    for (let n = 0; n < out.length; n++) {
      const at = Math.floor(n * rate);
      const part = n * rate - at;
      out[n] = (samples[at] as number) * (1 - part) + (samples[at + 1] as number) * part;
    }
    return coded(out);
  },
});

/** Gives a voice to all detectors. */
export async function talk(voice: Voice, way: Way, detectors: readonly Detector[], random: Random): Promise<Talk> {
  const samples = way.change(voice.samples, random);
  const talked: Talk = {
    name: `${voice.name}, ${way.name}`,
    minutes: samples.length / 480_000,
    hits: [],
    found: [],
    costs: [],
  };
  for (const detect of detectors) {
    const { found, cost } = await detect(samples);
    talked.hits.push(found.length);
    talked.found.push(found);
    talked.costs.push(cost);
  }
  return talked;
}

/** A frame lost is the one before it again, which is the worst that a concealer does to a detector. */
function lossy(samples: Int16Array, percent: number, random: Random): Int16Array {
  const out = samples.slice();
  for (let at = 160; at + 160 <= out.length; at += 160) {
    if (random.below(100) < percent) out.copyWithin(at, at - 160, at);
  }
  return out;
}
