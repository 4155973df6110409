import type { Logger } from 'pino';
import type { Hardware, HardwareEvent, Led } from '../port.ts';
import { Retry } from '../retry.ts';
import { Told } from '../told.ts';
import type { GpioBoard } from '../wiring.ts';
import { lineFault } from './fault.ts';
import { openByGpiod } from './gpiod/open.ts';
import { Lamps } from './lamps.ts';
import type { Lines, OpenLines } from './lines.ts';
import { Parts } from './parts.ts';
import { type Plan, planOf } from './plan.ts';
import { openByOnoff } from './sysfs/open.ts';

/** Everything is looked at again so often, should an edge have been lost. */
const BEAT_MS = 1_000;

/** A phone whose hook, keypad and lamps are on GPIO lines of this machine. */
class GpioPhone implements Hardware {
  readonly #told = new Told();
  readonly events = this.#told.events;
  readonly #board: GpioBoard;
  readonly #plan: Plan;
  readonly #log: Logger;
  readonly #open: OpenLines;
  readonly #lamps = new Lamps((led, lit) => this.#guarded((parts) => parts.light(led, lit)));
  /** What is open; null while nothing is. */
  #parts: Parts | null = null;
  #beat: NodeJS.Timeout | null = null;
  readonly #retry = new Retry();
  #opening: Promise<void>;
  #state: 'starting' | 'ok' | 'fault' = 'starting';
  #why = 'its lines are being opened';
  #housingOpen = false;
  #closed = false;

  constructor(board: GpioBoard, log: Logger, open: OpenLines) {
    this.#board = board;
    this.#plan = planOf(board);
    this.#log = log;
    this.#open = open;
    process.on('exit', this.#release);
    this.#opening = this.#try();
  }

  led(led: Led, state: 'on' | 'off' | 'blink'): void {
    this.#lamps.show(led, state);
  }

  async alive(): Promise<void> {
    await this.#opening;
    this.#guarded((parts) => parts.readHook());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#retry.stop();
    await this.#opening;
    this.#lamps.close();
    await this.#release();
    process.off('exit', this.#release);
    this.#told.close();
  }

  /** Opens all lines, or says why not and comes back later. Never rejects. */
  async #try(): Promise<void> {
    let lines: Lines | null = null;
    // Edges that come before the parts are made are of no interest: those read every line when they begin.
    let parts: Parts | null = null;
    const lost = (error: unknown) => {
      if (parts && this.#parts === parts) this.#lose(error);
    };
    try {
      lines = await this.#open(this.#plan.wish, { edge: (input) => parts?.edge(input), lost });
      if (this.#closed) return await lines.release();
      parts = new Parts(lines, this.#board, this.#plan, {
        tell: (event) => this.#tell(event),
        keyStuck: () => this.#log.warn('a key was held too long and is taken as released: see whether one is stuck'),
        lost,
      });
    } catch (error) {
      await lines?.release();
      return this.#lose(error);
    }
    this.#begin(parts, lines.detail);
  }

  #begin(parts: Parts, detail: string): void {
    this.#parts = parts;
    this.#state = 'ok';
    this.#why = '';
    this.#retry.steady();
    this.#log.info({ driver: this.#board.driver }, `the GPIO lines are ours: ${detail}`);
    this.#told.tell({ type: 'board', state: 'ok', detail });
    this.#tell({ type: 'hook', hook: parts.hook });
    if (parts.housingOpen !== this.#housingOpen) this.#tell({ type: 'tamper', open: parts.housingOpen });
    this.#lamps.again();
    this.#beat = setInterval(() => parts.beat(), BEAT_MS);
    parts.beat();
  }

  #tell(event: HardwareEvent): void {
    if (event.type === 'tamper') this.#housingOpen = event.open;
    this.#told.tell(event);
  }

  #guarded(what: (parts: Parts) => void): void {
    if (!this.#parts) return;
    try {
      what(this.#parts);
    } catch (error) {
      this.#lose(error);
    }
  }

  #lose(error: unknown): void {
    const why = lineFault('GPIO', error).message;
    void this.#release();
    if (this.#closed) return;
    if (why !== this.#why) this.#log.warn({ driver: this.#board.driver }, `${why}; trying on`);
    this.#why = why;
    this.#retry.after(() => {
      this.#opening = this.#try();
    });
    if (this.#state === 'fault') return;
    this.#state = 'fault';
    this.#told.tell({ type: 'board', state: 'fault', detail: why });
  }

  /** Gives the lines back, by whatever way the process ends. */
  readonly #release = async (): Promise<void> => {
    if (this.#beat) clearInterval(this.#beat);
    this.#beat = null;
    const parts = this.#parts;
    this.#parts = null;
    await parts?.close();
  };
}

/**
 * Opens a phone on GPIO lines. Never fails: what is wrong is told as a `board` fault, and tried again.
 * `open` is how lines are had, where it is not the driver that the board names.
 */
export function openGpio(board: GpioBoard, log: Logger, open: OpenLines = driverOf(board)): Hardware {
  return new GpioPhone(board, log, open);
}

function driverOf({ driver }: GpioBoard): OpenLines {
  switch (driver) {
    case 'onoff':
      return openByOnoff;
    case 'gpiod':
      return openByGpiod;
  }
}
