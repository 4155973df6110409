import { z } from 'zod';
import type { ReplyPrivateKey, ReplyPublicKey } from './keys.ts';
import { fromMulaw } from './mulaw.ts';
import { among, sign, verify } from './signed.ts';
import { FacilityId, Instant, Language } from './units.ts';

const GREETING = { typ: 'tierphone-greeting', audience: 'tierphone-terminal' };

/** Samples a second of a recording, a byte each. */
export const GREETING_RATE = 8_000;
/** Bytes of the longest, 4 s: signed it stands in 57,300 characters, of the 65,536 that are read. */
export const LONGEST_GREETING = 4 * GREETING_RATE;
const SHORTEST = GREETING_RATE / 4;

/** How a site says its own name: G.711 mu-law, 8 kHz, as base64. */
export const GreetingSound = z.base64().max(4 * Math.ceil(LONGEST_GREETING / 3));

/** The site's own name in one language, as it stands on its topic; null: each phone has what its own files have. */
export const CentralGreeting = z.strictObject({
  facility: FacilityId,
  language: Language,
  /** Grows with every change in this language. */
  sequence: z.int().positive(),
  since: Instant,
  sound: GreetingSound.nullable(),
});
export type CentralGreeting = z.infer<typeof CentralGreeting>;

/** Signs, as the platform, how a facility says its name. */
export const signGreeting = (greeting: CentralGreeting, key: ReplyPrivateKey): Promise<string> =>
  sign(GREETING, CentralGreeting.parse(greeting), key);

/** What `jws` carries, when one of the platform's keys signed it; facility, language and sequence are the receiver's to check. @throws SignatureError */
export async function verifyGreeting(jws: string, keys: readonly ReplyPublicKey[]): Promise<CentralGreeting> {
  return (await verify(GREETING, jws, among(keys, 'signed by nobody who is the platform here'), CentralGreeting))
    .content;
}

/** What is wrong with a recording. */
export type GreetingFault = 'short' | 'long' | 'silent' | 'quiet' | 'loud' | 'clipped';

/** As loud as our own recordings while somebody speaks, dB below full scale. */
export const GREETING_LEVEL = -23;
const QUIET = GREETING_LEVEL - 7;
const LOUD = GREETING_LEVEL + 7;
/** Below it nobody speaks. */
const SILENT = -50;
/** No more of all samples are as loud as can be. */
const CLIPPED = 0.001;
/** The loudest that the law knows, of 1. */
const FULL = 0.97;
const FRAME = GREETING_RATE / 50;

/**
 * The level of speech, dB below full scale: of the frames of 20 ms that are within 20 dB of the loudest (in the manner of ITU-T P.56).
 * @param samples of 1, at 8 kHz
 */
export function speechLevel(samples: Float64Array): number {
  const energies: number[] = [];
  for (let at = 0; at + FRAME <= samples.length; at += FRAME)
    energies.push(samples.subarray(at, at + FRAME).reduce((sum, x) => sum + x * x, 0) / FRAME);
  const loudest = Math.max(1e-12, ...energies);
  const spoken = energies.filter((energy) => energy >= loudest / 100);
  return 10 * Math.log10(Math.max(1e-12, spoken.reduce((sum, energy) => sum + energy, 0) / Math.max(1, spoken.length)));
}

/** Whether so much of a recording is as loud as can be that it was cut off there. `samples` of 1. */
export const isClipped = (samples: Float64Array): boolean =>
  samples.filter((x) => Math.abs(x) >= FULL).length > CLIPPED * samples.length;

/** What is wrong with a recording as phones would play it; null: nothing. */
export function faultOf(sound: Uint8Array): GreetingFault | null {
  if (sound.length < SHORTEST) return 'short';
  if (sound.length > LONGEST_GREETING) return 'long';
  const samples = Float64Array.from(sound, (code) => fromMulaw(code) / 32_768);
  if (isClipped(samples)) return 'clipped';
  const level = speechLevel(samples);
  if (level < SILENT) return 'silent';
  if (level < QUIET) return 'quiet';
  return level > LOUD ? 'loud' : null;
}
