import { join } from 'node:path';
import { z } from 'zod';
import { believeCommand } from '../../protocol/authority.ts';
import { type CommandOrder, LONGEST_COMMAND } from '../../protocol/command.ts';
import { Instant } from '../../protocol/units.ts';
import { openDocument } from '../storage/document.ts';
import type { Document } from '../storage/port.ts';
import type { Keys } from './keys.ts';
import { textOf } from './message.ts';
import type { FleetOptions } from './options.ts';
import { OrderRefused, orRefused } from './refused.ts';

/** What is kept of commands: enough to obey each once. */
const Kept = z.strictObject({
  /** The highest sequence obeyed, by issuer. */
  sequences: z.record(z.string(), z.int()),
  /** Nothing given before this moment is obeyed. */
  notBefore: Instant,
});
type Kept = z.infer<typeof Kept>;

type CommandsOptions = Pick<FleetOptions, 'facility' | 'unit' | 'terminal' | 'folder' | 'now' | 'log'>;

/** Opens what a terminal keeps of the commands it was given. */
export async function openCommands(options: CommandsOptions, keys: Keys): Promise<Commands> {
  const { folder, log, now } = options;
  const path = join(folder, 'commands.json');
  const none: Kept = { sequences: {}, notBefore: 0 as Instant };
  // With the sequences lost, what is still on its way could be a replay.
  const whenDamaged = (): Kept => ({ sequences: {}, notBefore: now() });
  return new Commands(options, keys, await openDocument(path, Kept, none, { log, whenDamaged }));
}

/** Signed commands to one terminal: verified, in time, and each obeyed once, over a power cut too. */
export class Commands {
  readonly #options: CommandsOptions;
  readonly #keys: Keys;
  readonly #document: Document<Kept>;

  constructor(options: CommandsOptions, keys: Keys, document: Document<Kept>) {
    this.#options = options;
    this.#keys = keys;
    this.#document = document;
  }

  /**
   * Takes what came on the topic of commands. One that is given back is on the disk; null for the last one come again, as
   * brokers do that got no acknowledgement.
   * @throws OrderRefused where it is not to be obeyed; Malformed where it is too large.
   */
  async receive(payload: Uint8Array): Promise<CommandOrder | null> {
    const { unit, terminal } = this.#options;
    const unitOf = (other: typeof terminal) => (other === terminal ? unit : null);
    const order = await orRefused(believeCommand(textOf(payload), this.#keys.authority, unitOf));
    const { sequences } = this.#document.value;
    if (order.sequence === sequences[order.issuer]) return null;
    const why = this.#whyNot(order);
    if (why !== null) throw new OrderRefused(why);
    const kept = { ...this.#document.value, sequences: { ...sequences, [order.issuer]: order.sequence } };
    await this.#document.write(kept).catch((cause: unknown) => {
      throw new OrderRefused('it cannot be written down, and might be obeyed twice', { cause });
    });
    return order;
  }

  #whyNot(order: CommandOrder): string | null {
    const { facility, terminal, now } = this.#options;
    const { sequences, notBefore } = this.#document.value;
    if (order.facility !== facility || order.terminal !== terminal) return `is for ${order.facility}/${order.terminal}`;
    const last = sequences[order.issuer] ?? 0;
    if (order.sequence < last) return `replayed: its sequence is ${order.sequence}, ${last} was obeyed before`;
    const late = now() - order.exp;
    if (late > 0) return `expired ${late} ms ago; are the clocks right?`;
    if (order.at - now() > LONGEST_COMMAND) return 'was given in the future; are the clocks right?';
    return order.at < notBefore ? 'was given before what is kept of commands was damaged' : null;
  }
}
