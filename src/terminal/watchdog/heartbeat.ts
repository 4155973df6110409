import type { Logger } from 'pino';
import type { Notify } from './notify.ts';

/** A part without which a terminal is none. */
export interface Part {
  /** As it is named in the log. */
  readonly name: string;
  /** Resolves when the part has just shown that it works; rejects, or takes its time, where it does not. */
  alive(): Promise<void>;
}

export interface HeartbeatOptions {
  readonly parts: readonly Part[];
  readonly notify: Notify;
  /** Between two beats, ms. */
  readonly period: number;
  /** In which a part must have answered, ms; less than the period. */
  readonly limit: number;
  readonly log: Logger;
}

/**
 * Feeds the service manager's watchdog for as long as every part is alive. That the beat comes shows that the event loop is.
 * There is no other regular wake-up in the terminal: whatever wants to look at something now and then does so in its `alive`.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: NodeJS.Timeout | null = null;
  #dead = '';
  #closed = false;

  /** The first beat is at once. */
  constructor(options: HeartbeatOptions) {
    this.#options = options;
    void this.#beat();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #beat(): Promise<void> {
    const { parts, period, limit } = this.#options;
    const since = performance.now();
    const faults = await Promise.all(parts.map((part) => faultOf(part, limit)));
    if (this.#closed) return;
    this.#told(faults.filter((fault) => fault !== null).join('; '));
    this.#timer = setTimeout(() => void this.#beat(), Math.max(0, period - (performance.now() - since)));
  }

  #told(dead: string): void {
    const { notify, log } = this.#options;
    const changed = dead !== this.#dead;
    this.#dead = dead;
    if (changed && dead !== '') log.error(`not alive: ${dead}: unless it comes back, this program is started anew`);
    if (changed && dead === '') log.info('all parts are alive again');
    try {
      if (dead === '') notify({ WATCHDOG: 1, ...(changed && { STATUS: ALIVE }) });
      else if (changed) notify({ STATUS: `not alive: ${dead}` });
    } catch (error) {
      log.error({ err: error }, 'the service manager could not be told');
    }
  }
}

/** What `systemctl status` shows of a healthy terminal. */
export const ALIVE = 'event loop, sound, hook and link are alive';

/** Why a part is not alive; null where it is. */
async function faultOf({ name, alive }: Part, limit: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`${name} (no answer in ${limit} ms)`), limit);
  });
  const answer = alive().then(
    () => null,
    (error: Error) => `${name} (${error.message})`,
  );
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
