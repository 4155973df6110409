import type { Millis } from '../../../protocol/units.ts';
import type { Contact } from '../wiring.ts';
import type { Level } from './lines.ts';

/**
 * One contact on one line: hook, button, tamper switch. An edge only makes it look; what is told is a level that was
 * read, and read again after it has stood for the debounce time.
 */
export class Switch {
  readonly #read: () => Level;
  readonly #closed: Level;
  readonly #debounce: Millis;
  readonly #tell: (closed: boolean) => void;
  readonly #lost: (error: unknown) => void;
  #told: Level;
  /** The level that is on its way to be told. */
  #next: Level | null = null;
  #timer: NodeJS.Timeout | null = null;

  /**
   * Reads the line. Each change from there is told; `lost` is called where the line cannot be read later on.
   * @throws the kernel's error where it cannot be read now
   */
  constructor(
    { closed, debounce }: Pick<Contact, 'closed' | 'debounce'>,
    read: () => Level,
    on: { tell: (closed: boolean) => void; lost: (error: unknown) => void },
  ) {
    this.#read = read;
    this.#closed = closed;
    this.#debounce = debounce;
    this.#tell = on.tell;
    this.#lost = on.lost;
    this.#told = read();
  }

  /** How the contact stands, as told last or read at start. */
  get closed(): boolean {
    return this.#told === this.#closed;
  }

  /** Looks at the line: after an edge, and now and then since edges get lost. */
  look(): void {
    let level: Level;
    try {
      level = this.#read();
    } catch (error) {
      this.close();
      this.#lost(error);
      return;
    }
    if (level === this.#told) this.close();
    else if (level !== this.#next) this.#await(level);
  }

  /** Stops without a word. */
  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#next = null;
  }

  #await(level: Level): void {
    this.close();
    this.#next = level;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#next = null;
      this.#confirm(level);
    }, this.#debounce);
  }

  /** Whatever edges came or did not: the level now is what counts. */
  #confirm(level: Level): void {
    try {
      if (this.#read() !== level) return;
    } catch (error) {
      this.#lost(error);
      return;
    }
    this.#told = level;
    this.#tell(this.closed);
  }
}
