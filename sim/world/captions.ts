import { join } from 'node:path';
import type { Observable, Subscription } from 'rxjs';
import { packageRoot } from '../../src/protocol/package-root.ts';
import type { Instant, Language } from '../../src/protocol/units.ts';
import { promptWords, sentences, textsIn } from '../../src/terminal/audio/prompts/sentences.ts';
import type { TerminalStep } from '../../src/terminal/loop/loop.ts';
import { type Caption, type Captions, SPEAKERS, type Speaker } from './port.ts';

/** Lines of either end that are kept. */
const KEPT = 6;
const NOTHING: Captions = { caller: [], callee: [] };

/** What is said at both ends of the line, in words: by the phone, and by made-up voices. Made anew with each lift. */
export class Captioner {
  readonly #prompts: Readonly<Record<Language, ReadonlyMap<string, string>>>;
  readonly #voices: Readonly<Record<Speaker, ReadonlyMap<string, string>>>;
  readonly #tell: (captions: Captions) => void;
  readonly #subscription: Subscription;
  #captions = NOTHING;

  constructor(steps: Observable<TerminalStep>, tell: (captions: Captions) => void) {
    const site = (file: string) => textsIn(join(packageRoot(), 'sim/site', file));
    this.#prompts = promptWords(packageRoot(), site('recordings/names.yaml'));
    const voices = SPEAKERS.map((speaker) => [speaker, site(`voices/${speaker}.yaml`)] as const);
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
