import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { openGpio } from '../../../src/terminal/hardware/gpio/open.ts';
import type { HardwareEvent } from '../../../src/terminal/hardware/port.ts';
import type { GpioBoard } from '../../../src/terminal/hardware/wiring.ts';
import { nowMs } from './wall.ts';

type Stamped = HardwareEvent & { readonly at: number };

/** The driver under trial, with the time of each thing it told. */
export class Phone {
  readonly hardware: ReturnType<typeof openGpio>;
  readonly said: string[] = [];
  #told: Stamped[] = [];

  constructor(board: GpioBoard) {
    const say = (...words: unknown[]) => this.said.push(String(words.at(-1)));
    this.hardware = openGpio(board, { info: say, warn: say } as unknown as Logger);
    this.hardware.events.subscribe((event) => this.#told.push({ ...event, at: nowMs() }));
  }

  /** What was told since the last call. */
  take(): Stamped[] {
    return this.#told.splice(0);
  }

  /** Resolves when an event like this has been told. */
  async until(is: (event: HardwareEvent) => boolean, limit = 10_000): Promise<void> {
    for (const end = nowMs() + limit; nowMs() < end; await pause(2)) if (this.#told.some(is)) return;
    throw new Error(`not told within ${limit} ms, but ${JSON.stringify(this.#told.slice(-5))}`);
  }
}

/** Opens a phone and waits for its lines. */
export async function openPhone(board: GpioBoard): Promise<Phone> {
  const phone = new Phone(board);
  await phone.until((event) => event.type === 'hook');
  return phone;
}
