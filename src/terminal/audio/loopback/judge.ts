import { RATE } from '../frame.ts';
import type { LoopbackLimits } from '../handset-sound.ts';
import type { LoopbackFigures, LoopbackResult } from '../port.ts';
import { BLOCK, BLOCKS, isMains, START, STEP, TONES } from './probe.ts';
import { spectrum } from './spectrum.ts';

/** Bins of a tone to either side of its own: what the window spreads it over. */
const SPREAD = 1;
/** Bins from a tone in which there is none of it. */
const CLEAR = 4;
/** Spread of the power of a tone's three bins where there is only noise, in parts of the power of one bin (Hann). */
const CHANCE = 2.2;
/** What is this many times more than chance is no chance. */
const CERTAIN = 8;
/** What is seen may be so many times chance less than what is there. */
const DOUBT = 5;
/** No single tone says more than this, in parts of the noise beside it: somebody who whistles is no echo. */
const MOST = 12;
/** Bands over which evenness is judged, and in how many of them an echo must be seen: chance favours some, an echo fills all. */
const BANDS = 12;
const SEEN = 10;
/** What shows no echo at all, dB. */
const NOWHERE = -200;
const FULL = 32_768 ** 2 / 2;

const decibels = (power: number): number => Math.round(100 * Math.log10(Math.max(1e-30, power))) / 10;
const loudness = (power: number): number => Math.max(-130, decibels(power / FULL));

/**
 * Which end of a handset is broken, from what was played in its earpiece and what its microphone heard meanwhile (16 kHz, from the
 * same moment on, as `probe` is laid out). The delay between the two does not matter.
 *
 * A whole handset gives a little of the probe back through air and plastic, unevenly. With an open earpiece the room is still there;
 * with an open microphone there is the noise of its input and the mains; a short gives back much, evenly, or nothing at all.
 */
export function judge(played: Int16Array, heard: Int16Array, limits: LoopbackLimits): LoopbackResult {
  const { figures, most, hint } = measure(played, heard);
  const { echo, unevenness, noise, hum, level } = figures;
  const result = (
    verdict: LoopbackResult['verdict'],
    [earpiece, microphone]: [LoopbackResult['earpiece'], LoopbackResult['microphone']],
    detail: string,
  ): LoopbackResult => ({ verdict, earpiece, microphone, detail, figures });
  if (level < limits.dead)
    return result(
      'shorted-cord',
      ['unknown', 'shorted'],
      `the microphone gives nothing at all (${level} dBFS): a short in cord or microphone, or a muted input; look at the cord, then at alsamixer`,
    );
  if (echo !== null && unevenness !== null && echo >= limits.faintest) {
    if (echo > limits.loudest || (echo > limits.wired && unevenness < limits.even))
      return result(
        'shorted-cord',
        ['shorted', 'shorted'],
        `the earpiece's signal is on the microphone's wires (${echo} dB comes back): a short in the cord; change the cord`,
      );
    return result('ok', ['ok', 'ok'], `earpiece and microphone work: ${echo} dB of the probe came back`);
  }
  if (noise >= limits.room) {
    if (most > limits.healthy || hint >= limits.faintest)
      return result(
        'unclear',
        ['unknown', 'ok'],
        `the room is too loud to hear the earpiece (${noise} dBFS): again when it is quieter`,
      );
    return result(
      'open-earpiece',
      ['open', 'ok'],
      `the microphone hears the room and not the earpiece: earpiece or its wires are open`,
    );
  }
  if (noise <= limits.bare || hum > noise + 10)
    return result(
      'open-microphone',
      ['unknown', 'open'],
      `nothing but ${hum > noise + 10 ? 'hum' : 'the noise of its input'} comes from the microphone: microphone or its wires are open`,
    );
  return result(
    'unclear',
    ['unknown', 'unknown'],
    'nothing came back, and the room is too quiet to tell by: again, and speak at the mouthpiece meanwhile',
  );
}

interface Measured {
  readonly figures: LoopbackFigures;
  /** The most that may have come back in this noise, dB. */
  readonly most: number;
  /** What came back for certain, in however few bands, dB: too few to call it an echo, too much to call the earpiece open. */
  readonly hint: number;
}

function measure(played: Int16Array, heard: Int16Array): Measured {
  const gains = TONES.map(() => ({ from: 0, back: 0 }));
  let evidence = 0;
  let sensitivity = 0;
  let noise = 0;
  let hum = 0;
  let level = 0;
  for (let block = 0; block < BLOCKS; block++) {
    const at = START + block * BLOCK;
    const [from, back] = [spectrum(played.subarray(at, at + BLOCK)), spectrum(heard.subarray(at, at + BLOCK))];
    level += total(heard.subarray(at, at + BLOCK)) / BLOCKS;
    hum += mains(back) / BLOCKS;
    for (const [n, bin] of TONES.entries()) {
      const beside = noiseAt(back, bin);
      noise += (beside * STEP) / BLOCKS;
      const sent = sum(from, bin - SPREAD, bin + SPREAD);
      const came = sum(back, bin - SPREAD, bin + SPREAD) - (2 * SPREAD + 1) * beside;
      const gain = gains[n];
      if (gain) {
        gain.from += sent;
        gain.back += came;
      }
      // Digital silence is noise of a rounding error at the least.
      const floor = Math.max(beside, 1e-9);
      evidence += Math.max(-MOST, Math.min(MOST, came / floor));
      sensitivity += sent / floor;
    }
  }
  const chance = CHANCE * Math.sqrt(TONES.length * BLOCKS);
  const bands = Array.from({ length: BANDS }, (_, band) => {
    const tones = gains.slice((band * gains.length) / BANDS, ((band + 1) * gains.length) / BANDS);
    const [back, from] = [
      tones.reduce((all, { back }) => all + back, 0),
      tones.reduce((all, { from }) => all + from, 0),
    ];
    return decibels(Math.max(back, 0) / from);
  });
  const whole = gains.reduce((all, { back }) => all + back, 0) / gains.reduce((all, { from }) => all + from, 0);
  const seen = bands.filter((band) => band > NOWHERE);
  const certain = evidence > CERTAIN * chance;
  const found = certain && seen.length >= SEEN && whole > 0;
  return {
    figures: {
      echo: found ? decibels(whole) : null,
      unevenness: found ? deviation(seen) : null,
      noise: loudness(noise),
      hum: loudness(hum),
      level: loudness(level),
    },
    most: decibels((Math.max(0, evidence) + DOUBT * chance) / sensitivity),
    hint: certain ? decibels(evidence / sensitivity) : NOWHERE,
  };
}

/** Power of a bin near a tone, where there is neither that nor hum. */
function noiseAt(power: Float64Array, bin: number): number {
  let all = 0;
  let count = 0;
  for (let k = bin + CLEAR; k <= bin + STEP - CLEAR; k++) {
    if (isHum(k)) continue;
    all += power[k] as number;
    count += 1;
  }
  return count > 0 ? all / count : 0;
}

const isHum = (bin: number): boolean => isMains((bin * RATE) / BLOCK);

/** Power of the mains and its harmonics, below the tones too. */
function mains(power: Float64Array): number {
  const [first, last] = [Math.ceil((45 * BLOCK) / RATE), TONES[0] ?? 0];
  let all = 0;
  for (let k = first; k < last - CLEAR; k++) if (isHum(k)) all += power[k] as number;
  return all;
}

const sum = (values: Float64Array, from: number, to: number): number => {
  let all = 0;
  for (let k = from; k <= to; k++) all += values[k] as number;
  return all;
};

function total(samples: Int16Array): number {
  let all = 0;
  for (const sample of samples) all += sample * sample;
  return all / samples.length;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((all, value) => all + value, 0) / values.length;
  const square = values.reduce((all, value) => all + (value - mean) ** 2, 0) / values.length;
  return Math.round(10 * Math.sqrt(square)) / 10;
}
