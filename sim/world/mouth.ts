import type { Observable, Subscription } from 'rxjs';
import { FRAME, joined, RATE } from '../../src/terminal/audio/frame.ts';
import type { TerminalStep } from '../../src/terminal/loop/loop.ts';
import { speechLike } from '../callee/speech.ts';
import type { Captioner } from './captions.ts';
import type { Handset } from './handset.ts';
import { type Frame, type Mouth, SPEAKERS, type Speaker } from './port.ts';
import { speakDigits, speakName } from './speaker.ts';

/** From the end of a prompt to the answer: a person takes it in first. */
const REACTION = new Int16Array(RATE / 2);
/** Between two things somebody says in a call. */
const BREATH = new Int16Array(RATE / 2);

/** Who has the handset and what he says, unless a person's microphone speaks. */
export class Mouths {
  #who: Mouth = 'test-signal';
  /** Digits that the phone asks for; null where it does not. */
  #asked: string | null = null;
  /** It takes an answer now. */
  #listens = false;
  /** Who answers next, where that is not who has the handset. */
  #answers: Speaker | null = null;
  #talks = false;
  readonly #handset: Pick<Handset, 'say' | 'otherwise'>;
  readonly #signal = speechLike(1);
  readonly #tellAsked: (asked: string | null) => void;
  readonly #caption: Captioner['voice'];
  readonly #subscription: Subscription;

  /** `asked` is told of each change of what the phone asks to be said, `caption` of what is said. */
  constructor(
    handset: Pick<Handset, 'say' | 'otherwise'>,
    steps: Observable<TerminalStep>,
    asked: (asked: string | null) => void,
    caption: Captioner['voice'],
  ) {
    this.#handset = handset;
    this.#tellAsked = asked;
    this.#caption = caption;
    handset.otherwise(() => this.#next());
    this.#subscription = steps.subscribe((step) => this.#see(step));
  }

  /** Somebody takes the handset: what the one before was saying is not said to its end. */
  hand(who: Mouth): void {
    this.#who = who;
    this.#handset.say(new Int16Array());
    if (this.#listens) this.#answer();
  }

  /** This one answers what the phone asks for: now, or when it asks next in this lift. */
  answer(speaker: Speaker): void {
    this.#answers = speaker;
    if (this.#listens) this.#answer();
  }

  close(): void {
    this.#subscription.unsubscribe();
  }

  #see({ actions, event, state }: TerminalStep): void {
    const { phase } = state.call;
    this.#talks = phase === 'talking';
    for (const action of actions) {
      if (action.type === 'say' && action.clips.includes('please-say'))
        this.#ask(action.clips.flatMap((clip) => /^n(\d)$/.exec(clip)?.[1] ?? []).join(''));
      if (action.type === 'listen') this.#listens = action.listen !== null;
      if (action.type === 'listen' && action.listen !== null) {
        if (action.take === 'name') this.#name();
        else this.#answer();
      }
    }
    if (event.type === 'answer') this.#listens = false;
    if (phase !== 'verifying' && phase !== 'enrolling') {
      this.#listens = false;
      this.#ask(null);
    }
    if (event.type === 'on-hook') {
      this.#answers = null;
      this.#handset.say(new Int16Array());
    }
  }

  #ask(digits: string | null): void {
    if (digits === this.#asked) return;
    this.#asked = digits;
    this.#tellAsked(digits);
  }

  #answer(): void {
    const speaker = this.#answers ?? speakerOf(this.#who);
    if (speaker === null || this.#asked === null) return;
    this.#answers = null;
    this.#say(speaker, this.#asked, REACTION);
  }

  /** A name is asked for: that of who answers the digits, or has the handset. */
  #name(): void {
    const speaker = this.#answers ?? speakerOf(this.#who);
    if (speaker === null) return;
    this.#handset.say(joined([REACTION, speakName(speaker)]));
    this.#caption(speaker, ['name'], false);
  }

  #say(speaker: Speaker, digits: string, pause: Int16Array): void {
    this.#handset.say(joined([pause, speakDigits(speaker, digits)]));
    const clips = [...digits].map((digit) => `n${digit}`);
    this.#caption(speaker, clips, this.#talks);
  }

  /** What is heard where nothing is said by anybody's will. */
  #next(): Frame {
    if (this.#who === 'test-signal') return this.#asked === null ? this.#signal() : new Int16Array(FRAME);
    const speaker = speakerOf(this.#who);
    if (this.#talks && speaker !== null) this.#say(speaker, anyDigits(), BREATH);
    return new Int16Array(FRAME);
  }
}

const speakerOf = (who: Mouth): Speaker | null => SPEAKERS.find((speaker) => speaker === who) ?? null;

const anyDigits = () => Array.from({ length: 7 }, () => Math.floor(10 * Math.random())).join('');
