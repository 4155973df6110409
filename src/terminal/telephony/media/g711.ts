import { createRequire } from 'node:module';
import type * as G711 from 'alawmulaw';
import type { Codec } from '../port.ts';

/** A CommonJS package whose types describe its ES module: no import form is right both for Node and for the compiler. */
const { alaw, mulaw } = createRequire(import.meta.url)('alawmulaw') as typeof G711;

interface Tables {
  /** Sample of each of the 256 codes. */
  readonly decode: Int16Array;
  /** Code of each 16-bit sample, by its two's complement. */
  readonly encode: Uint8Array;
}

function tables(law: typeof G711.mulaw): Tables {
  const decode = Int16Array.from({ length: 256 }, (_, code) => law.decodeSample(code));
  const encode = Uint8Array.from({ length: 65_536 }, (_, n) => law.encodeSample((n << 16) >> 16));
  return { decode, encode };
}

/** Looked up and not computed: 0.4 µs a frame of 20 ms where computing takes 1.4. */
const TABLES: Readonly<Record<Codec, Tables>> = { PCMU: tables(mulaw), PCMA: tables(alaw) };

/** Static payload types of RFC 3551 section 6. */
const TYPES: Readonly<Record<number, Codec>> = { 0: 'PCMU', 8: 'PCMA' };

/** The codec of a static payload type, if it is one of ours. */
export const codecOf = (payloadType: number): Codec | null => TYPES[payloadType] ?? null;

/** Encodes `samples` (8 kHz) into `out` from `at` on (ITU-T G.711). */
export function encode(codec: Codec, samples: Int16Array, out: Uint8Array, at: number): void {
  const table = TABLES[codec].encode;
  for (let n = 0; n < samples.length; n++) out[at + n] = table[(samples[n] as number) & 0xffff] as number;
}

/** The samples of all 256 codes (ITU-T G.711). */
export const decodeTable = (codec: Codec): Int16Array => TABLES[codec].decode;
