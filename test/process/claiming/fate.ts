import { type FSWatcher, watch } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Step } from './technician.ts';

/** When something may die: at a step that people see, or while accounts are made at the broker, or a voucher comes to the disk. */
type Moment = Step | 'accounts' | 'stored';
export type Victim = 'box' | 'platform' | 'both';

const MOMENTS: readonly Moment[] = ['asked', 'typed', 'claimed', 'accounts', 'stored', 'up'];
const VICTIMS: readonly Victim[] = ['box', 'platform', 'both'];
/** Longest from a moment to the death, and from that to the next start, ms. */
const [LATEST, LONGEST] = [3_000, 800];

export interface Killing {
  readonly moment: Moment;
  readonly victim: Victim;
  /** From the moment on, ms: short ones are as likely as long ones, since what is not whole lasts a millisecond. */
  readonly after: number;
  readonly dead: number;
}

/** Draws one by chance. */
export function draw(random: () => number): Killing {
  const of = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)] as T;
  const after = random() < 0.3 ? 0 : Math.round(LATEST ** random());
  return { moment: of(MOMENTS), victim: of(VICTIMS), after, dead: Math.round(random() * LONGEST) };
}

/** Has what was drawn come true, one after the other, each once its moment has come. */
export class Fate {
  readonly #killings: Killing[];
  readonly #kill: (victim: Victim) => Promise<void>;
  readonly #restart: (victim: Victim) => Promise<void>;
  readonly #watchers: FSWatcher[] = [];
  #under: Promise<void> | null = null;

  constructor(
    killings: readonly Killing[],
    deeds: { readonly kill: (victim: Victim) => Promise<void>; readonly restart: (victim: Victim) => Promise<void> },
  ) {
    this.#killings = [...killings];
    this.#kill = deeds.kill;
    this.#restart = deeds.restart;
  }

  /** What happens in a folder to files whose name begins so is such a moment. */
  watch(folder: string, name: string, moment: Moment): void {
    this.#watchers.push(watch(folder, (_, file) => void (file?.startsWith(name) && this.tell(moment))));
  }

  /** A moment has come. */
  tell(moment: Moment): void {
    const [next] = this.#killings;
    if (this.#under !== null || next?.moment !== moment) return;
    this.#killings.shift();
    this.#under = this.#comesTrue(next).finally(() => {
      this.#under = null;
    });
    // Awaited by whoever waits for the end of it all.
    this.#under.catch(() => undefined);
  }

  /** Nothing is under way any more; what never had its moment comes true now. */
  async over(): Promise<void> {
    for (const watcher of this.#watchers) watcher.close();
    await this.#under;
    for (const killing of this.#killings.splice(0)) await this.#comesTrue(killing);
  }

  async #comesTrue({ victim, after, dead }: Killing): Promise<void> {
    if (after > 0) await pause(after);
    await this.#kill(victim);
    await pause(dead);
    await this.#restart(victim);
  }
}
