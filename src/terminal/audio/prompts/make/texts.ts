import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const Speech = z.enum(['en', 'es']);

/** The language a text is spoken in. */
export type Speech = z.infer<typeof Speech>;

const Speaker = z.enum(['slt', 'rms', 'awb', 'es-419', 'es-419+f4']);

/** Whose voice, as its synthesiser names it. */
export type Speaker = z.infer<typeof Speaker>;

/** A recording to make. */
export interface Spoken {
  readonly clip: string;
  readonly language: Speech;
  /** The one whose voice it must be in; anybody's who speaks the language where not given. */
  readonly speaker?: Speaker | undefined;
  readonly text: string;
}

/** Whether a sentence goes on after this text, in another recording. */
export const goesOn = (text: string): boolean => text.endsWith(',');

/** Whether a breath comes before this text. */
export const startsAnew = (text: string): boolean => text.startsWith(BREATH);

/** A text without its mark of a breath. */
export const words = (text: string): string => (startsAnew(text) ? text.slice(BREATH.length) : text);

const BREATH = '... ';

const text = z.string().regex(/^\S.*[.,]$/, 'a text ends in a full stop, or in a comma where the sentence goes on');

const TextFile = z.strictObject({
  language: Speech,
  speaker: Speaker.optional(),
  texts: z.record(
    z.string().regex(/^[a-z0-9-]+$/, 'clips are named in lower case, digits and -'),
    z.union([text, z.strictObject({ language: Speech, text })]),
  ),
});

/** Reads a file of texts. @throws ZodError, YAMLParseError or a file system error */
export function readTexts(path: string): Spoken[] {
  const file = TextFile.parse(parse(readFileSync(path, 'utf8')));
  return Object.entries(file.texts).map(([clip, entry]) =>
    typeof entry === 'string'
      ? { clip, language: file.language, speaker: file.speaker, text: entry }
      : { clip, ...entry },
  );
}
