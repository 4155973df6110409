import { CEPSTRA, type Frames } from '../../protocol/voice.ts';
import { RATE } from '../audio/frame.ts';
import { spectrum } from '../audio/loopback/spectrum.ts';

const WINDOW = 512;
/** Of 12 bytes, in 4096 digits of base64. */
const MOST = 256;
/** From one frame to the next, ms: no less, and a whole number of so many. */
const STEP = 20;
const GRAIN = 10;
/** Bands of equal steps to the ear within the telephone's: the same words look the same over either band. */
const BANDS = 20;
const EDGES = { low: 250, high: 3_400 };

const mel = (hertz: number) => 1_127 * Math.log(1 + hertz / 700);

/** Of each band: the first bin that has a weight in it, and the weights from there on. Triangles that meet. */
const FILTERS = Array.from({ length: BANDS }, (_, band) => {
  const step = (mel(EDGES.high) - mel(EDGES.low)) / (BANDS + 1);
  const middle = mel(EDGES.low) + (band + 1) * step;
  const all = Array.from({ length: WINDOW / 2 }, (_bin, k) =>
    Math.max(0, 1 - Math.abs(mel((k * RATE) / WINDOW) - middle) / step),
  );
  return { from: all.findIndex((weight) => weight > 0), weights: all.filter((weight) => weight > 0) };
});

const COSINES = Array.from({ length: CEPSTRA }, (_, order) =>
  Float64Array.from({ length: BANDS }, (_band, band) => Math.cos((Math.PI * order * (band + 0.5)) / BANDS)),
);

/** Speech alone (16 kHz) as cepstra: its sound cannot be made of them again, and no voice is told by them. */
export function framesOf(speech: Int16Array): Frames {
  const least = (1_000 * speech.length) / RATE / MOST;
  const step = Math.max(STEP, GRAIN * Math.ceil(least / GRAIN));
  const hop = (step * RATE) / 1_000;
  const count = Math.min(MOST, Math.max(0, Math.floor((speech.length - WINDOW) / hop) + 1));
  const values = new Int8Array(CEPSTRA * count);
  for (let n = 0; n < count; n++) values.set(cepstra(speech.subarray(n * hop, n * hop + WINDOW)), CEPSTRA * n);
  return { step, values: Buffer.from(values.buffer).toString('base64') };
}

function cepstra(samples: Int16Array): number[] {
  const power = spectrum(samples);
  const bands = FILTERS.map(({ from, weights }) =>
    Math.log(weights.reduce((sum, weight, k) => sum + weight * (power[from + k] as number), 0.01)),
  );
  return COSINES.map((cosine, order) => {
    const sum = bands.reduce((all, band, k) => all + band * (cosine[k] as number), 0);
    const value = (sum / BANDS) * (order === 0 ? 1 : 2);
    return Math.max(-128, Math.min(127, Math.round(8 * value)));
  });
}
