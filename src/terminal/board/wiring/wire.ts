import type { Line } from '../../hardware/wiring.ts';
import type { ComputerFacts } from '../header.ts';
import type { Colour } from './colours.ts';

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
type Face =
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
  /** Whether a wire, or a card, is on the 40-pin header. */
  readonly header: boolean;
  readonly devices: readonly Device[];
  readonly wires: readonly Wire[];
}
