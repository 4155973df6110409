import type { Line } from '../wiring.ts';

export type Level = 'low' | 'high';

/** A line that is read, and told of when its level changes. */
export interface InputWish {
  /** What hangs on it, for people: `hook`, `keypad row 2`. */
  readonly what: string;
  readonly line: Line;
  /** Where the line stands while its contact is open. Drivers that can set the chip's own resistor do. */
  readonly pull: 'up' | 'down';
}

/** A line that is driven, or left floating as an input. */
export interface OutputWish {
  readonly what: string;
  readonly line: Line;
  /** How it begins. */
  readonly first: Level | 'float';
}

/** All lines of a phone; both lists are numbered from 0. */
export interface LinesWish {
  readonly inputs: readonly InputWish[];
  readonly outputs: readonly OutputWish[];
}

export interface LineEvents {
  /** This input's level has changed, maybe more than once: read it. */
  edge(input: number): void;
  /** Edges no longer come: the lines must be opened anew. */
  lost(error: Error): void;
}

/** Lines that are ours. Every method throws the kernel's error when the chip is gone. */
export interface Lines {
  /** For people: how many lines of which chips, and by what. */
  readonly detail: string;
  /** The levels of these inputs now, in the order asked for. Takes some microseconds a line. */
  read(inputs: readonly number[]): Level[];
  drive(output: number, to: Level | 'float'): void;
  /**
   * Gives all lines back, outputs as inputs first. What matters is done before it returns, so it is of use as the process
   * exits; resolves when others can have the lines. Never rejects.
   */
  release(): Promise<void>;
}

/**
 * Opens all lines of a phone, or none.
 * @throws LineFault which line cannot be had, why, and what to do
 */
export type OpenLines = (wish: LinesWish, on: LineEvents) => Promise<Lines>;
