import { join } from 'node:path';
import { readTexts, type Speech, startsAnew, words } from './make/texts.ts';

/** What each recording says, by its name. */
export type Texts = ReadonlyMap<string, string>;

/** The words of a file of texts, which recordings were made from. @throws ZodError, YAMLParseError or a file system error */
export const textsIn = (path: string): Texts => new Map(readTexts(path).map(({ clip, text }) => [clip, text]));

/**
 * The words of all that a phone says, in each language.
 * @param root of the package
 * @param site words of a site's own recordings
 */
export function promptWords(root: string, site: Texts = new Map()): Readonly<Record<Speech, Texts>> {
  const folder = join(root, 'src/terminal/audio/prompts');
  const of = (language: Speech): Texts => new Map([...site, ...textsIn(join(folder, `${language}.yaml`))]);
  return { en: of('en'), es: of('es') };
}

/** Recordings, one after another, as the sentences that are heard; one whose words nobody has is passed over, as is by ear one that is not there. */
export function sentences(clips: readonly string[], texts: Texts): string {
  const parts = clips.flatMap((clip) => texts.get(clip.replace('site/', '')) ?? []);
  const joined = parts.reduce((before, part) => {
    const open = before.replace(/,$/, startsAnew(part) ? '.' : '');
    return `${open} ${words(part)}`;
  }, '');
  return joined.trim().replace(/,$/, '.');
}
