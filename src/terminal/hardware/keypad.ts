import type { Key } from '../../protocol/units.ts';
import type { KeyWiring } from './wiring.ts';

type Edge = 'down' | 'up';

interface Held {
  stuck: NodeJS.Timeout;
  /** Runs while a release may still be a bounce. */
  release: NodeJS.Timeout | null;
}

/**
 * Makes presses of edges that bounce, get lost or never end: what it tells is always a down and
 * then its up. A down counts at once; a lost up is made good by the key's next down.
 */
export class Keypad {
  readonly #wiring: KeyWiring;
  readonly #tell: (key: Key, edge: Edge) => void;
  readonly #onStuck: () => void;
  readonly #held = new Map<Key, Held>();

  /** `stuck` is called when a key was held too long and has been released here; it is not told which, it may be a digit of a PIN. */
  constructor(wiring: KeyWiring, tell: (key: Key, edge: Edge) => void, stuck: () => void) {
    this.#wiring = wiring;
    this.#tell = tell;
    this.#onStuck = stuck;
  }

  /** An edge as the board tells it. */
  edge(key: Key, edge: Edge): void {
    const held = this.#held.get(key);
    if (edge === 'down') this.#down(key, held);
    else if (held && !held.release) this.#up(key, held);
  }

  /** Releases every key: the board is gone, or has restarted. */
  releaseAll(): void {
    for (const key of [...this.#held.keys()]) this.#release(key);
  }

  /** Stops without a word. */
  close(): void {
    for (const held of this.#held.values()) this.#stop(held);
    this.#held.clear();
  }

  #down(key: Key, held: Held | undefined): void {
    if (held?.release) {
      clearTimeout(held.release);
      held.release = null;
      return;
    }
    if (held) this.#release(key);
    const stuck = setTimeout(() => {
      this.#release(key);
      this.#onStuck();
    }, this.#wiring.stuck);
    this.#held.set(key, { stuck, release: null });
    this.#tell(key, 'down');
  }

  #up(key: Key, held: Held): void {
    if (this.#wiring.debounce === 0) this.#release(key);
    else held.release = setTimeout(() => this.#release(key), this.#wiring.debounce);
  }

  #release(key: Key): void {
    const held = this.#held.get(key);
    if (!held) return;
    this.#stop(held);
    this.#held.delete(key);
    this.#tell(key, 'up');
  }

  #stop(held: Held): void {
    clearTimeout(held.stuck);
    if (held.release) clearTimeout(held.release);
  }
}
