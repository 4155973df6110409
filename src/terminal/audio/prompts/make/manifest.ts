import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Spoken } from './texts.ts';
import { voiceOf } from './voices.ts';

/** Raised when the same text would come out otherwise. */
const GENERATOR = 1;

/** `manifest.json`: what each recording, by `<folder>/<clip>`, was made from and is. */
export const Manifest = z.record(z.string(), z.strictObject({ from: z.string(), wav: z.string() }));
export type Manifest = z.infer<typeof Manifest>;

/** Short fingerprint of a file or text. */
export const fingerprint = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex').slice(0, 16);

/** Fingerprint of all that decides how a recording sounds: text, voice and its settings, this generator. */
export const source = (spoken: Spoken): string =>
  fingerprint(JSON.stringify([GENERATOR, spoken.language, voiceOf(spoken).settings, spoken.text]));
