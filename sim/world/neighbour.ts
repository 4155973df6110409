import type { Observable, Subscription } from 'rxjs';
import { distinctUntilChanged, map } from 'rxjs';
import type { Phase } from '../../src/protocol/call.ts';
import type { Language } from '../../src/protocol/units.ts';
import type { TerminalStep } from '../../src/terminal/loop/loop.ts';

/** What a person can do at a phone; each of `keys` is one press. */
interface Hand {
  lift(): void;
  hangUp(): void;
  keys(text: string): (() => void)[];
}

/** Who he is: what he keys. */
interface Person {
  readonly pin: string;
  readonly numbers: readonly string[];
  readonly language: Language;
}

/** How long he leaves the phone alone, talks, keeps the handset when it is over, and waits before a key, ms: from and to. */
const PAUSE = [8_000, 45_000] as const;
const TALK = [25_000, 120_000] as const;
const FAREWELL = [2_000, 5_000] as const;
const KEY = [250, 600] as const;
const between = ([from, to]: readonly [number, number]): number => from + Math.random() * (to - from);

/** Somebody who calls home now and then, as often as he is let: he follows the phone, and hangs up when it is over. */
export class Neighbour {
  readonly #hand: Hand;
  readonly #person: Person;
  readonly #subscription: Subscription;
  #next: NodeJS.Timeout | null = null;
  #calls = 0;

  constructor(hand: Hand, steps: Observable<TerminalStep>, person: Person) {
    this.#hand = hand;
    this.#person = person;
    const phases = steps.pipe(
      map(({ state }) => state.call.phase),
      distinctUntilChanged(),
    );
    this.#subscription = phases.subscribe((phase) => this.#follow(phase));
  }

  close(): void {
    this.#subscription.unsubscribe();
    if (this.#next) clearTimeout(this.#next);
  }

  #follow(phase: Phase): void {
    const { pin, numbers, language } = this.#person;
    const does: Partial<Record<Phase, () => void>> = {
      idle: () => this.#soon(between(PAUSE), () => this.#hand.lift()),
      language: () => this.#key(language === 'es' ? '2' : '1'),
      pin: () => this.#key(pin),
      number: () => this.#key(`${numbers[this.#calls++ % numbers.length]}#`),
      talking: () => this.#soon(between(TALK), () => this.#hand.hangUp()),
      ended: () => this.#soon(between(FAREWELL), () => this.#hand.hangUp()),
    };
    does[phase]?.();
  }

  #key(text: string): void {
    const press = ([first, ...rest]: (() => void)[]) => {
      if (!first) return;
      this.#soon(between(KEY), () => {
        first();
        press(rest);
      });
    };
    press(this.#hand.keys(text));
  }

  /** One thing is meant at a time: what the phone does next takes the place of it. */
  #soon(after: number, deed: () => void): void {
    if (this.#next) clearTimeout(this.#next);
    this.#next = setTimeout(deed, after);
  }
}
