import type { BoardMessage } from './message.ts';

type Said = Exclude<BoardMessage, { type: 'beat' }>;

/** What a board keeps to say again, and the most that is held here while a line is missing. */
const WINDOW = 64;
/** A line that is still missing when so many beats have come since it was asked for, and asked for again, will not come. */
const PATIENCE = 10;

/** From number `a` on to number `b`, in the way of a circle of 65536: negative where b is older. */
function distance(a: number, b: number): number {
  const ahead = (b - a) & 0xffff;
  return ahead < 0x8000 ? ahead : ahead - 0x10000;
}

/**
 * Puts numbered lines in order and finds those that noise has taken. A key waits for the lines before it; the hook
 * never waits, but one older than what is known of it by a later line or beat is no news.
 */
export class NumberedLines {
  /** Number of the first line not told yet; null until a board has said one. */
  #next: number | null = null;
  /** One more than the newest number known of. */
  #end = 0;
  readonly #held = new Map<number, Said>();
  /** Hook lines before this number are outdated. */
  #hookKnown = 0;
  /** Keys pressed before this number belong to an earlier place of the handset. */
  #moved = 0;
  /** Whether the line missing was asked for since the last beat, and with how many beats. */
  #asked = false;
  #waited = 0;

  /** Number from which on lines are to be asked for again, which the caller then does; null where none is missing. */
  ask(): number | null {
    if (this.#next === null || this.#next === this.#end) return null;
    this.#asked = true;
    return this.#next;
  }

  /** A line has come. Returns what can be told now, in order, and how many lines are given up. */
  take(message: Said, number: number): { told: Said[]; lost: number } {
    if (this.#next === null) this.#begin(number);
    const told: Said[] = [];
    let lost = 0;
    if (message.type === 'hook' && distance(this.#hookKnown, number) >= 0) {
      this.#hookKnown = number + 1;
      this.#moved = number;
      told.push(message);
    }
    const ahead = distance(this.#next ?? number, number);
    if (ahead < 0) return { told, lost };
    if (ahead >= WINDOW) lost = this.#skipTo(number, told);
    this.#held.set(number, message);
    if (distance(this.#end, number) >= 0) this.#end = (number + 1) & 0xffff;
    this.#drain(told);
    return { told, lost };
  }

  /** A beat has come, with the number of the line that will be next. Returns as `take`. */
  beat(next: number): { told: Said[]; lost: number } {
    const told: Said[] = [];
    if (this.#next === null || distance(this.#end, next) < 0) this.#begin(next);
    this.#hookKnown = next;
    this.#end = next;
    if (this.#asked) this.#waited++;
    this.#asked = false;
    const lost = this.#waited >= PATIENCE ? this.#skipTo(next, told) : 0;
    return { told, lost };
  }

  /** Another board, or the same after a restart: its numbers begin anew. */
  reset(): void {
    this.#next = null;
    this.#held.clear();
  }

  #begin(number: number): void {
    this.#held.clear();
    this.#next = number;
    this.#end = number;
    this.#hookKnown = number;
    this.#moved = number;
    this.#waited = 0;
  }

  /** Tells what is held before `number` and gives up the rest. */
  #skipTo(number: number, told: Said[]): number {
    let lost = 0;
    while (this.#next !== null && this.#next !== number) {
      if (this.#held.has(this.#next)) {
        this.#drain(told, number);
        continue;
      }
      this.#next = (this.#next + 1) & 0xffff;
      lost++;
    }
    this.#waited = 0;
    return lost;
  }

  #drain(told: Said[], before?: number): void {
    while (this.#next !== null && this.#next !== before) {
      const number = this.#next;
      const message = this.#held.get(number);
      if (!message) return;
      this.#held.delete(number);
      this.#next = (number + 1) & 0xffff;
      this.#asked = false;
      this.#waited = 0;
      if (message.type === 'hook') continue;
      const outdated = message.type === 'key' && message.edge === 'down' && distance(this.#moved, number) < 0;
      if (!outdated) told.push(message);
    }
  }
}
