/** Packets behind the newest that can still be told from copies (RFC 3711 section 3.3.2 wants 64 at least). */
const SIZE = 128;

/** Which packet indexes of a stream have come. */
export class ReplayWindow {
  readonly #seen = new Float64Array(SIZE).fill(-1);
  #highest = -1;

  /** The newest index that came; -1 before any. */
  get highest(): number {
    return this.#highest;
  }

  /** True where `index` is neither a copy nor too old to tell. */
  isNew(index: number): boolean {
    return index > this.#highest - SIZE && this.#seen[index % SIZE] !== index;
  }

  add(index: number): void {
    this.#seen[index % SIZE] = index;
    this.#highest = Math.max(this.#highest, index);
  }
}
