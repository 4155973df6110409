import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from './dynamic-security.ts';

/** So long the broker may do nothing else at a time, ms. */
const STANDSTILL = 250;
/** What a change is taken to cost before one was measured, ms. */
const UNKNOWN = 100;
const MOST = 100;
/** A message that is larger puts its sender out (`max_packet_size`); this leaves room for what is around the commands. */
const BYTES = 60_000;

/**
 * How many changes go in a message. Mosquitto 2.0 writes all accounts for each of them and does nothing else meanwhile, in however few messages
 * they come: 0.1 ms for 20 phones, 200 for 20,000. So a message holds what takes a quarter of a second, and then the broker has as long for
 * calls. Later ones write once a message: there it comes to hold a hundred.
 */
export class Pace {
  #each = UNKNOWN;
  /** How long the last message took. */
  #took = 0;

  /** Takes off `commands` what goes in the next message. */
  next(commands: Command[]): Command[] {
    const most = Math.min(MOST, Math.max(1, Math.floor(STANDSTILL / this.#each)));
    return commands.splice(0, Math.min(most, fitting(commands)));
  }

  took(ms: number, commands: number): void {
    this.#took = ms;
    this.#each = Math.max(ms / commands, 0.01);
  }

  /** Until the broker has had as long for calls as it stood still. */
  async rest(signal: AbortSignal): Promise<void> {
    await pause(this.#took, undefined, { signal }).catch(() => undefined);
  }
}

/** How many of them go in one message by their length, one at least. */
export function fitting(commands: readonly Command[]): number {
  let bytes = 0;
  const over = commands.findIndex((command) => {
    bytes += Buffer.byteLength(JSON.stringify(command)) + 1;
    return bytes > BYTES;
  });
  return over === -1 ? commands.length : Math.max(1, over);
}
