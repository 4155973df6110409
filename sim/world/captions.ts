import { join } from 'node:path';
import type { Observable, Subscription } from 'rxjs';
import { packageRoot } from '../../src/protocol/package-root.ts';
import type { Instant, Language } from '../../src/protocol/units.ts';
import { readTexts, startsAnew, words } from '../../src/terminal/audio/prompts/make/texts.ts';
import type { TerminalStep } from '../../src/terminal/loop/loop.ts';
import { type Caption, type Captions, SPEAKERS, type Speaker } from './port.ts';

/** Lines of either end that are kept. */
const KEPT = 6;
const NOTHING: Captions = { caller: [], callee: [] };

const textsOf = (file: string): ReadonlyMap<string, string> =>
  new Map(readTexts(join(packageRoot(), file)).map(({ clip, text }) => [clip, text]));

/** Recordings, one after another, as the sentences that are heard; one that the site has no recording of is passed over, as it is by ear. */
function sentences(clips: readonly string[], texts: ReadonlyMap<string, string>): string {
  const parts = clips.flatMap((clip) => texts.get(clip.replace('site/', '')) ?? []);
  const joined = parts.reduce((before, part) => {
    const open = before.replace(/,$/, startsAnew(part) ? '.' : '');
    return `${open} ${words(part)}`;
  }, '');
  return joined.trim().replace(/,$/, '.');
}

/** What is said at both ends of the line, in words: by the phone, and by made-up voices. Made anew with each lift. */
export class Captioner {
  readonly #prompts: Readonly<Record<Language, ReadonlyMap<string, string>>>;
  readonly #voices: Readonly<Record<Speaker, ReadonlyMap<string, string>>>;
  readonly #tell: (captions: Captions) => void;
  readonly #subscription: Subscription;
  #captions = NOTHING;

  constructor(steps: Observable<TerminalStep>, tell: (captions: Captions) => void) {
    const names = textsOf('sim/site/recordings/names.yaml');
    const promptsOf = (language: Language) =>
      new Map([...names, ...textsOf(`src/terminal/audio/prompts/${language}.yaml`)]);
    this.#prompts = { en: promptsOf('en'), es: promptsOf('es') };
    const voices = SPEAKERS.map((speaker) => [speaker, textsOf(`sim/site/voices/${speaker}.yaml`)] as const);
    this.#voices = Object.fromEntries(voices) as Record<Speaker, ReadonlyMap<string, string>>;
    this.#tell = tell;
    this.#subscription = steps.subscribe((step) => this.#see(step));
  }

  /** Somebody says these clips of his into the mouthpiece; `across`: the called party hears it too. */
  voice(speaker: Speaker, clips: readonly string[], across: boolean): void {
    const language: Language = speaker === 'maria' ? 'es' : 'en';
    const caption = { at: Date.now() as Instant, who: speaker, language };
    this.#add(across ? 'both' : 'caller', { ...caption, text: sentences(clips, this.#voices[speaker]) });
  }

  close(): void {
    this.#subscription.unsubscribe();
  }

  #see({ event, actions }: TerminalStep): void {
    if (event.type === 'off-hook') this.#put(NOTHING);
    for (const action of actions) {
      if (action.type !== 'say' || action.to === 'nobody') continue;
      const { to, clips, language } = action;
      this.#add(to, { at: event.at, who: 'phone', language, text: sentences(clips, this.#prompts[language]) });
    }
  }

  #add(to: 'caller' | 'callee' | 'both', caption: Caption): void {
    if (caption.text === '') return;
    const heard = (end: keyof Captions) => {
      const before = this.#captions[end];
      if (to !== end && to !== 'both') return before;
      // What is said again, as a greeting is, takes the place of what was.
      const others = before.filter(({ text, who }) => text !== caption.text || who !== caption.who);
      return [...others, caption].slice(-KEPT);
    };
    this.#put({ caller: heard('caller'), callee: heard('callee') });
  }

  #put(captions: Captions): void {
    this.#captions = captions;
    this.#tell(captions);
  }
}
