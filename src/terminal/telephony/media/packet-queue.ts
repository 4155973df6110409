import type { Decoder } from './codec/codec.ts';

/** What stands at a place in the far end's time. */
export type ItemKind =
  /** A payload to be decoded. */
  | 'sound'
  /** Silence from here on: a comfort noise payload (RFC 3389). */
  | 'noise'
  /** No sound from here on: something else is sent in its place (RFC 4733). */
  | 'pause';

/** A packet that waits for its turn. */
export interface Item {
  kind: ItemKind;
  /** Place and length in samples of 16 kHz. */
  start: number;
  length: number;
  sequence: number;
  payload: Uint8Array;
  decoder: Decoder | null;
}

/** More wait only where somebody floods us: two seconds of packets of 10 ms. */
const MOST = 200;

/** Packets in the order in which they are to be heard. */
export class PacketQueue {
  readonly #items: Item[] = [];

  get first(): Item | null {
    return this.#items[0] ?? null;
  }

  /** True where something to be heard is held: the far end is not merely late. */
  get length(): number {
    return this.#items.length;
  }

  /** Puts `item` in its place. The oldest goes where there are too many. */
  add(item: Item): void {
    let at = this.#items.length;
    while (at > 0 && (this.#items[at - 1] as Item).start > item.start) at -= 1;
    this.#items.splice(at, 0, item);
    if (this.#items.length > MOST) this.#items.shift();
  }

  shift(): void {
    this.#items.shift();
  }

  clear(): void {
    this.#items.length = 0;
  }
}
