import type { Decoder } from './codec/codec.ts';
import type { ItemKind } from './packet-queue.ts';
import type { RtpPacket } from './rtp.ts';

/** A packet that took this much longer or shorter than the quickest is of another clock, ms. */
export const FAR_OFF = 1_000;

/**
 * Packets one after another that do not fit, or whose turn was over when they came, before their clock is taken as the new one; and
 * where nothing has been heard for a while, so that there is nothing to lose.
 */
const ENOUGH = { heard: 5, silent: 2 } as const;

/** Ticks in which sound came and none was heard whole, before what comes is taken as another clock: longer than any packet waits. */
const UNHEARD = 15;

/** What is late by so much less than what came before it, ms, is of a queue that is emptied, and no step. */
const LESS = 20;

/** Packets that are kept at most: more, and the delay they begin with would have to be taken out of speech. */
const KEPT = ENOUGH.heard;

/** A packet as it came. */
export interface Came {
  readonly kind: ItemKind;
  readonly packet: RtpPacket;
  readonly decoder: Decoder;
  readonly now: number;
  /** `now` less when it was sent by its own clock, ms. */
  readonly transit: number;
}

/** What is heard of the far end meanwhile. */
export interface Hearing {
  /** Nothing, nor anything in its place. */
  readonly silent: boolean;
  /** Packets whose turn was over, so far. */
  readonly late: number;
}

/**
 * Finds out that packets are of another clock: a route that is slower or quicker for good, or a far end that has set its time. Those that
 * showed it are kept until then, and are what the new clock begins with: nothing that was said is lost for it.
 */
export class OtherClock {
  #misfits = 0;
  /** The last of them was quicker than the rest. */
  #ahead = false;
  readonly #strays: Came[] = [];
  /** What came since any packet was heard whole, the ticks since the first of it, and how many had been late before. */
  readonly #unheard: Came[] = [];
  #ticks = 0;
  #late = 0;

  /** A packet came that is far off, `ahead` of the others or behind. Returns what a new clock begins with, null where there is none yet. */
  misfit(came: Came, ahead: boolean, { silent }: Hearing): Came[] | null {
    this.#misfits += 1;
    this.#ahead = ahead;
    keep(this.#strays, came);
    keep(this.#unheard, came);
    return this.#misfits >= (silent ? ENOUGH.silent : ENOUGH.heard) ? alike(this.#strays, came) : null;
  }

  /** A packet came that is of our clock, or nearly. */
  fit(came: Came): void {
    // What is still under way by the old route fits for as long as the new one is quicker.
    this.#misfits = this.#ahead ? Math.max(0, this.#misfits - 0.5) : 0;
    if (this.#misfits === 0) this.#strays.length = 0;
    if (came.kind === 'sound') keep(this.#unheard, came);
  }

  /**
   * Packets come and come, and each of them too late: another route, or the far end's clock has gone back. Returns what the new clock
   * begins with, `came` the last of it; null where it is not so.
   */
  deaf(came: Came, { silent, late }: Hearing): Came[] | null {
    const [first] = this.#unheard;
    const enough = silent ? ENOUGH.silent : ENOUGH.heard;
    if (!first || this.#unheard.length < enough || this.#ticks < enough) return null;
    const step = late - this.#late >= enough && first.transit - came.transit <= LESS;
    return step || this.#ticks >= UNHEARD ? [...alike(this.#unheard, came), came] : null;
  }

  /** A tick has passed, and packets were heard from their beginning or not. */
  tick(heard: boolean, { late }: Hearing): void {
    if (heard) {
      this.#unheard.length = 0;
      this.#ticks = 0;
      this.#late = late;
    } else if (this.#unheard.length > 0) this.#ticks += 1;
  }

  /** There is a new clock. */
  reset(hearing: Hearing): void {
    this.#misfits = 0;
    this.#strays.length = 0;
    this.tick(true, hearing);
  }
}

function keep(those: Came[], one: Came): void {
  those.push(one);
  if (those.length > KEPT) those.shift();
}

/** Those of one clock with `came`. */
const alike = (those: readonly Came[], { transit }: Came): Came[] =>
  those.filter((other) => Math.abs(other.transit - transit) <= FAR_OFF);
