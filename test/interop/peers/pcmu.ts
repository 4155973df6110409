import { createRequire } from 'node:module';
import type * as G711 from 'alawmulaw';

/** A CommonJS package whose types describe its ES module. */
const { mulaw } = createRequire(import.meta.url)('alawmulaw') as typeof G711;

/** 16-bit samples of PCMU (ITU-T G.711). */
export const decodePcmu = (bytes: Uint8Array): Int16Array => Int16Array.from(bytes, (code) => mulaw.decodeSample(code));

/** PCMU of 16-bit samples. */
export const encodePcmu = (samples: Int16Array): Uint8Array => Uint8Array.from(samples, (s) => mulaw.encodeSample(s));
