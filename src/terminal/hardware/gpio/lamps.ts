import type { Led } from '../port.ts';
import type { Level } from './lines.ts';

type Shown = 'on' | 'off' | 'blink';

/** Half of a blink: 1 Hz. */
const HALF_MS = 500;

/** The lamps of a phone. A timer runs only while one of them blinks. */
export class Lamps {
  readonly #shown = new Map<Led, Shown>();
  readonly #light: (led: Led, lit: boolean) => void;
  #blink: NodeJS.Timeout | null = null;
  #lit = true;

  /** `light` is called whenever a lamp is to be lit or put out. */
  constructor(light: (led: Led, lit: boolean) => void) {
    this.#light = light;
  }

  show(led: Led, state: Shown): void {
    this.#shown.set(led, state);
    this.#set(led, state);
    const blinking = [...this.#shown.values()].includes('blink');
    if (blinking && !this.#blink) {
      this.#blink = setInterval(() => this.#turn(), HALF_MS);
    } else if (!blinking) {
      this.close();
    }
  }

  /** Shows all lamps as they should be: their lines are new. */
  again(): void {
    for (const [led, state] of this.#shown) this.#set(led, state);
  }

  /** No lamp changes any more. */
  close(): void {
    if (this.#blink) clearInterval(this.#blink);
    this.#blink = null;
    this.#lit = true;
  }

  #turn(): void {
    this.#lit = !this.#lit;
    for (const [led, state] of this.#shown) if (state === 'blink') this.#set(led, state);
  }

  #set(led: Led, state: Shown): void {
    this.#light(led, state === 'on' || (state === 'blink' && this.#lit));
  }
}

/** The level that shows a lamp. */
export const levelOf = (lit: Level, on: boolean): Level => (on === (lit === 'high') ? 'high' : 'low');
