const SLOTS = 128;

/** A packet seen again later than this is a sender that starts over and no copy by the network, ms. */
const COPY = 1_000;

/** Tells copies of packets made by the network. */
export class SequenceWindow {
  readonly #sequence = new Int32Array(SLOTS).fill(-1);
  readonly #timestamp = new Uint32Array(SLOTS);
  readonly #at = new Float64Array(SLOTS);

  /** True where a packet of this sequence number and timestamp was seen a short while before `now` (ms). */
  copy(sequence: number, timestamp: number, now: number): boolean {
    const slot = sequence % SLOTS;
    if (
      this.#sequence[slot] === sequence &&
      this.#timestamp[slot] === timestamp &&
      now - (this.#at[slot] as number) < COPY
    ) {
      return true;
    }
    this.#sequence[slot] = sequence;
    this.#timestamp[slot] = timestamp;
    this.#at[slot] = now;
    return false;
  }
}
