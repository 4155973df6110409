import type { HardwareEvent, Led } from '../port.ts';
import type { Contact, GpioBoard } from '../wiring.ts';
import { levelOf } from './lamps.ts';
import type { Level, Lines } from './lines.ts';
import { KeyMatrix } from './matrix.ts';
import type { Plan } from './plan.ts';
import { Scanner } from './scanner.ts';
import { Switch } from './switch.ts';

export interface PartsEvents {
  tell(event: HardwareEvent): void;
  keyStuck(): void;
  /** A line of ours fails. */
  lost(error: unknown): void;
}

/** The parts of a phone on lines that are open: made anew each time they are. */
export class Parts {
  readonly #lines: Lines;
  readonly #board: GpioBoard;
  readonly #plan: Plan;
  readonly #hook: Switch;
  readonly #tamper: Switch | null;
  /** By the number of their line. */
  readonly #switches = new Map<number, Switch>();
  readonly #scanner: Scanner;

  /**
   * Reads all inputs; what changes from then on is told.
   * @throws the kernel's error where one cannot be read
   */
  constructor(lines: Lines, board: GpioBoard, plan: Plan, on: PartsEvents) {
    this.#lines = lines;
    this.#board = board;
    this.#plan = plan;
    const { hook, keypad, volume, tamper } = board;
    const wire = (line: number, wired: Contact, tell: (closed: boolean) => void): Switch => {
      const made = new Switch(wired, () => this.#level(line), { tell, lost: on.lost });
      this.#switches.set(line, made);
      return made;
    };
    const button = (line: number | null, wired: Contact | undefined, direction: 'up' | 'down' | 'next') => {
      if (line !== null && wired) wire(line, wired, (closed) => closed && on.tell({ type: 'volume', direction }));
    };
    this.#hook = wire(plan.hook, hook, () => on.tell({ type: 'hook', hook: this.hook }));
    button(plan.volume.up, volume?.up, volume?.down ? 'up' : 'next');
    button(plan.volume.down, volume?.down, 'down');
    this.#tamper =
      tamper && plan.tamper !== null
        ? wire(plan.tamper, tamper, () => on.tell({ type: 'tamper', open: this.housingOpen }))
        : null;
    this.#scanner = new Scanner(lines, plan.matrix, new KeyMatrix(keypad.keys, keypad), {
      keys: (edges) => {
        for (const edge of edges) on.tell({ type: 'key', ...edge });
      },
      stuck: on.keyStuck,
      lost: on.lost,
    });
  }

  get hook(): 'on' | 'off' {
    return this.#hook.closed === (this.#board.hook.lifted === 'closed') ? 'off' : 'on';
  }

  get housingOpen(): boolean {
    return this.#tamper !== null && this.#tamper.closed === (this.#board.tamper?.opened === 'closed');
  }

  /** This input's level has changed. */
  edge(input: number): void {
    const contact = this.#switches.get(input);
    if (contact) contact.look();
    else this.#scanner.edge(input);
  }

  /** Looks at every input, should an edge have been lost. */
  beat(): void {
    for (const contact of this.#switches.values()) contact.look();
    this.#scanner.beat();
  }

  /**
   * Reads the line of the hook.
   * @throws the kernel's error where it cannot be read
   */
  readHook(): void {
    this.#level(this.#plan.hook);
  }

  /**
   * Lights a lamp or puts it out; nothing where the board has none of this name.
   * @throws the kernel's error where its line cannot be driven
   */
  light(led: Led, lit: boolean): void {
    const line = this.#plan.lamps[led];
    const wired = this.#board.lamps[led];
    if (line !== null && wired) this.#lines.drive(line, levelOf(wired.lit, lit));
  }

  /** Keys that are down are told up; all else stops without a word, and the lines are given back: see {@link Lines}. */
  close(): Promise<void> {
    for (const contact of this.#switches.values()) contact.close();
    this.#scanner.close();
    return this.#lines.release();
  }

  #level(line: number): Level {
    const [level] = this.#lines.read([line]);
    if (level === undefined) throw new Error('the driver read no level');
    return level;
  }
}
