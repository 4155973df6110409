import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as G711 from 'alawmulaw';
import { pcmOf } from '../interop/peers/wav.ts';

/** A CommonJS package whose types describe its ES module. */
const { mulaw } = createRequire(import.meta.url)('alawmulaw') as typeof G711;

/** Debian's asterisk-core-sounds-en-wav: a woman's voice, 8 kHz. */
export const FOLDER = '/usr/share/asterisk/sounds/en_US_f_Allison';
const SENTENCES = ['demo-congrats', 'demo-abouttotry', 'vm-msginstruct', 'conf-adminmenu'];

const RATE = 8_000;
/** Silence before all, which lets a call settle, between sentences, and after all, which pushes the last words out of every buffer, s. */
const [BEFORE, BETWEEN, AFTER] = [1, 0.7, 1];

/** Samples of 20 ms, which is a packet. */
export const PACKET = 160;

/** What is said: PCMU, a payload of 20 ms each, and the samples that a faultless far end makes of them. */
export interface Speech {
  readonly payloads: readonly Uint8Array[];
  readonly samples: Int16Array;
}

/** `seconds` of sentences with pauses. Throws where the recordings are not installed. */
export function loadSpeech(seconds: number): Speech {
  const all = new Int16Array(Math.floor((seconds * RATE) / PACKET) * PACKET);
  const end = all.length - AFTER * RATE;
  for (let n = 0, at = BEFORE * RATE; at < end; n++) {
    const sentence = pcmOf(readFileSync(`${FOLDER}/${SENTENCES[n % SENTENCES.length]}.wav`));
    all.set(sentence.subarray(0, end - at), at);
    at += sentence.length + BETWEEN * RATE;
  }
  const codes = mulaw.encode(all);
  return {
    payloads: Array.from({ length: all.length / PACKET }, (_, n) => codes.subarray(n * PACKET, (n + 1) * PACKET)),
    samples: mulaw.decode(codes),
  };
}

/** 16-bit samples of PCMU. */
export const samplesOf = (codes: Uint8Array): Int16Array => mulaw.decode(codes);
