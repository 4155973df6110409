import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { openDocument } from '../storage/document.ts';
import type { Document } from '../storage/port.ts';
import type { FleetOptions } from './options.ts';

/** So long after what we said ourselves came back the broker may still hand over what stands there, ms: one that is embedded does. */
const HANDED_OVER = 5_000;

const Kept = z.strictObject({
  /** All that stood at the broker was handed over once. */
  done: z.boolean(),
  /** Topics of lockdowns on which something stood then that was not to be believed. */
  unbelieved: z.array(z.string()).max(3),
});
type Kept = z.infer<typeof Kept>;

/** Opens what a terminal keeps of its first hours. */
export const openHandover = async ({ folder, log }: Pick<FleetOptions, 'folder' | 'log'>): Promise<Handover> =>
  new Handover(
    await openDocument<Kept>(join(folder, 'handover.json'), Kept, { done: false, unbelieved: [] }, { log }),
    log,
  );

/**
 * What a terminal that comes new was handed over and could not believe. The key that signed it may be revoked or gone since, and what
 * it says may be a lockdown: such a scope is closed until it is ordered anew. Once all is handed over nothing is added: who writes there without a key closes nobody.
 */
export class Handover {
  readonly #document: Document<Kept>;
  readonly #log: Logger;
  #kept: Kept;
  #timer: NodeJS.Timeout | null = null;

  constructor(document: Document<Kept>, log: Logger) {
    this.#document = document;
    this.#log = log;
    this.#kept = document.value;
  }

  get unbelieved(): readonly string[] {
    return this.#kept.unbelieved;
  }

  /** Something came on `topic` that is not to be believed. */
  async doubt(topic: string): Promise<void> {
    const { done, unbelieved } = this.#kept;
    if (!done && !unbelieved.includes(topic)) await this.#keep({ done, unbelieved: [...unbelieved, topic] });
  }

  /** What stands on `topic` is believed, or nothing stands there. */
  async settle(topic: string): Promise<void> {
    const { done, unbelieved } = this.#kept;
    if (unbelieved.includes(topic))
      await this.#keep({ done, unbelieved: unbelieved.filter((other) => other !== topic) });
  }

  /** The broker is heard: in a while all has come that stands there. */
  heard(): void {
    if (this.#kept.done || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#keep({ ...this.#kept, done: true });
    }, HANDED_OVER);
  }

  /** The broker is heard no more. */
  lost(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #keep(kept: Kept): Promise<void> {
    this.#kept = kept;
    await this.#document.write(kept).catch((err: unknown) => {
      this.#log.error({ err }, 'what was handed over is known but not stored');
    });
  }
}
