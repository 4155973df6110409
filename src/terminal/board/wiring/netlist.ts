import type { Line } from '../../hardware/wiring.ts';
import type { BoardFile } from '../file.ts';
import { type ComputerFacts, factsOf } from '../header.ts';
import { BLACK, CABLE, type Colour, RED, SIGNALS } from './colours.ts';
import { devicesOf } from './devices.ts';
import { Sockets } from './sockets.ts';

/** Where a wire wants to go on the computer. */
export type Goal =
  | { readonly to: 'line'; readonly line: Line }
  /** A line that the file names by its serial port. */
  | { readonly to: 'uart'; readonly bcm: number }
  | { readonly to: 'ground' | '3V3' | '5V' | 'usb' };

/** A thing to screw a wire to, on a part. */
export interface Terminal {
  readonly name: string;
  readonly goal: Goal;
}

/** What is drawn in the box of a part. `rest` is how a contact is while the phone hangs unused. */
export type Face =
  | { readonly kind: 'contact'; readonly rest: 'open' | 'closed' }
  | { readonly kind: 'keypad'; readonly keys: readonly (readonly (string | null)[])[] }
  | { readonly kind: 'lamp' }
  | { readonly kind: 'text' };

/** A part of the phone with its terminals. */
export interface Device {
  readonly title: string;
  readonly face: Face;
  /** Lines of text for the box. */
  readonly notes: readonly string[];
  readonly terminals: readonly Terminal[];
}

/** A place on the computer for a wire. */
export interface Socket {
  /** Pin of the 40-pin header; null on a computer whose header is not known, and for USB. */
  readonly pin: number | null;
  /** What the computer calls it: GPIO17, ground, 3.3 V, USB; chip and line where there is no header. */
  readonly name: string;
  /** The same in short, for the other end of the wire: pin 11, line 17, USB. */
  readonly tag: string;
}

/** One wire from a terminal of a part to a socket of the computer. */
export interface Wire {
  /** What it is for, and no other wire: "keypad row 1". */
  readonly what: string;
  readonly device: Device;
  readonly terminal: Terminal;
  readonly socket: Socket;
  readonly colour: Colour;
}

/** Everything that is wired to what. */
export interface Netlist {
  readonly computer: ComputerFacts | null;
  readonly devices: readonly Device[];
  readonly wires: readonly Wire[];
}

/**
 * The wires of a board: every GPIO line of the file is the end of exactly one. Ground and supply go
 * to the nearest pin that is free; where all are taken, two share one.
 */
export function netlistOf(board: BoardFile): Netlist {
  const computer = factsOf(board.computer);
  const devices = devicesOf(board);
  const ends = devices.flatMap((device) => device.terminals.map((terminal) => ({ device, terminal })));
  const sockets = new Sockets(computer?.header ?? false);
  // Lines first, whose pins are given: ground is then looked for beside them.
  const lines = ends.filter(({ terminal: { goal } }) => goal.to === 'line' || goal.to === 'uart');
  // Then what is common, from the top of the header down.
  const common = ends.filter(({ terminal: { goal } }) => goal.to !== 'line' && goal.to !== 'uart');
  common.sort((a, b) => sockets.near(a.device) - sockets.near(b.device));
  const places = new Map(
    [...lines, ...common].map((end) => [end.terminal, sockets.give(end.device, end.terminal.goal)]),
  );
  let signals = 0;
  const wires = ends.flatMap(({ device, terminal }): Wire[] => {
    const { goal, name } = terminal;
    const socket = places.get(terminal);
    if (!socket) return [];
    const signal = goal.to === 'line' || goal.to === 'uart';
    const colour = signal ? (SIGNALS[signals++ % SIGNALS.length] ?? CABLE) : COLOURS[goal.to];
    const what = name === 'signal' ? device.title : `${device.title} ${name}`;
    return [{ what, device, terminal, socket, colour }];
  });
  return { computer, devices, wires };
}

const COLOURS = { ground: BLACK, '3V3': RED, '5V': RED, usb: CABLE } as const;
