import type { HookWiring } from './wiring.ts';

export type HookLevel = 'on' | 'off';

/** Makes the state of the hook of levels that bounce. Levels may be edges or readings: a lost edge is repaired by the next reading. */
export class HookSwitch {
  readonly #wiring: HookWiring;
  readonly #tell: (hook: HookLevel) => void;
  #told: HookLevel | null = null;
  #wait: NodeJS.Timeout | null = null;

  /** `tell` is called with each state that has stood for the debounce time and differs from the last. */
  constructor(wiring: HookWiring, tell: (hook: HookLevel) => void) {
    this.#wiring = wiring;
    this.#tell = tell;
  }

  /** A level as the board reads it. */
  read(level: HookLevel): void {
    const hook = this.#wired(level);
    if (hook === this.#told) {
      this.#stopWaiting();
    } else if (!this.#wait) {
      this.#wait = setTimeout(() => this.#settle(hook), this.#wiring.debounce);
    }
  }

  /** A level that is taken for true at once: the first, and the first after a fault. */
  settle(level: HookLevel): void {
    this.#settle(this.#wired(level));
  }

  /** Something else shows that the handset is so: a level that waits to be taken for that counts at once. */
  confirm(hook: HookLevel): void {
    if (this.#wait && this.#told !== hook) this.#settle(hook);
  }

  /** Forgets what it knew: nothing is told until `settle`. */
  close(): void {
    this.#stopWaiting();
    this.#told = null;
  }

  #wired(level: HookLevel): HookLevel {
    if (this.#wiring.polarity === 'normal') return level;
    return level === 'on' ? 'off' : 'on';
  }

  #settle(hook: HookLevel): void {
    this.#stopWaiting();
    this.#told = hook;
    this.#tell(hook);
  }

  #stopWaiting(): void {
    if (this.#wait) clearTimeout(this.#wait);
    this.#wait = null;
  }
}
