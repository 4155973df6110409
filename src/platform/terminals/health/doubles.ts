import type { Instant, TerminalId } from '../../../protocol/units.ts';
import type { Said } from './said.ts';

/** So often an earlier life came back, in so many ms: then two are at work. */
const TIMES = 3;
const SPAN = 600_000;
/** Lives that are known of a phone. */
const LIVES = 4;

interface Lives {
  /** Each life that spoke, and when it last did by its own clock; the one that spoke last stands last. */
  readonly spoke: Map<number, Instant>;
  /** When an earlier one came back. */
  back: Instant[];
  told: boolean;
}

/**
 * Finds phones of which there are two: a card that was copied, with its key. The broker lets in one at a time, so that they throw each other
 * off and speak by turns. A phone that is started anew is another life each time, and none comes back; what a broker that was put back to an
 * earlier state shows again is no newer than it was.
 */
export class Doubles {
  readonly #phones = new Map<TerminalId, Lives>();

  /** A phone says how it is, at `now`. True where it must be told that there are two: once, until there was one for ten minutes. */
  hear(terminal: TerminalId, { at, status }: Said, now: Instant): boolean {
    if (!status.online) return false;
    const lives = this.#phones.get(terminal) ?? { spoke: new Map(), back: [], told: false };
    this.#phones.set(terminal, lives);
    const { birth } = status;
    const { spoke } = lives;
    const before = spoke.get(birth);
    if (before !== undefined && at <= before) return false;
    const isBack = before !== undefined && birth !== [...spoke.keys()].at(-1);
    spoke.delete(birth);
    spoke.set(birth, at);
    for (const first of [...spoke.keys()].slice(0, -LIVES)) spoke.delete(first);
    if (!isBack) return false;
    lives.back = [...lives.back.filter((moment) => now - moment < SPAN), now].slice(-TIMES);
    if (lives.back.length < TIMES) {
      lives.told &&= lives.back.length > 1;
      return false;
    }
    const isNew = !lives.told;
    lives.told = true;
    return isNew;
  }
}
