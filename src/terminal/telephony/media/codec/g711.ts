import { createRequire } from 'node:module';
import type * as G711 from 'alawmulaw';
import type { Decoder, Encoder } from './coder.ts';

/** The two laws of ITU-T G.711. */
export type Law = 'PCMU' | 'PCMA';

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
const TABLES: Readonly<Record<Law, Tables>> = { PCMU: tables(mulaw), PCMA: tables(alaw) };

const NARROW = { rate: 8_000, clock: 8_000 } as const;

/** ITU-T G.711: a sample a byte, and nothing remembered. */
export function g711Encoder(law: Law): Encoder {
  const table = TABLES[law].encode;
  return {
    ...NARROW,
    encode(samples, out, at) {
      for (let n = 0; n < samples.length; n++) out[at + n] = table[(samples[n] as number) & 0xffff] as number;
      return samples.length;
    },
  };
}

/** ITU-T G.711. */
export function g711Decoder(law: Law): Decoder {
  const table = TABLES[law].decode;
  return {
    ...NARROW,
    duration: (payload) => payload.length,
    decode(payload, out) {
      for (let n = 0; n < payload.length; n++) out[n] = table[payload[n] as number] as number;
      return payload.length;
    },
  };
}
