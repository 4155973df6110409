import type { Key } from '../../../protocol/units.ts';
import type { InputBoard } from './wiring.ts';

const SHIFTS = ['KEY_LEFTSHIFT', 'KEY_RIGHTSHIFT'];

/** Makes keys of a telephone of what a keyboard types, shift included. */
export class Typed {
  readonly #keys: InputBoard['keys'];
  readonly #shifts = new Set<string>();
  /** What each code was when it went down: shift may be let go first. */
  readonly #down = new Map<string, Key>();

  constructor(keys: InputBoard['keys']) {
    this.#keys = keys;
  }

  /** The telephone's key that goes down or up with this one; null where none does. */
  type(code: string, down: boolean): Key | null {
    if (SHIFTS.includes(code)) {
      if (down) this.#shifts.add(code);
      else this.#shifts.delete(code);
      return null;
    }
    if (!down) {
      const key = this.#down.get(code) ?? null;
      this.#down.delete(code);
      return key;
    }
    const key = this.#keys[this.#shifts.size > 0 ? `KEY_LEFTSHIFT+${code}` : code] ?? null;
    if (key !== null) this.#down.set(code, key);
    return key;
  }

  /** Nothing is down: the device is another, or has lost count. */
  reset(): void {
    this.#shifts.clear();
    this.#down.clear();
  }
}
