import { HEADER } from '../header.ts';
import { GAP, NOTES, PITCH, type Side, TERMINAL, TOP } from './sheet.ts';
import type { Device, Netlist, Wire } from './wire.ts';
import { wrapped } from './wrapped.ts';

/** A socket of the computer on the sheet. */
interface PlacedSocket {
  readonly side: Side;
  readonly y: number;
}

/** A part on the sheet: the box, and the height of each of its terminals. */
export interface PlacedDevice {
  readonly device: Device;
  readonly side: Side;
  readonly top: number;
  readonly height: number;
  /** The part's notes, in lines that fit into the box. */
  readonly notes: readonly string[];
  /** In the order in which they are drawn. */
  readonly wires: readonly { readonly wire: Wire; readonly y: number }[];
}

/** Where everything is. */
export interface Places {
  readonly sockets: ReadonlyMap<Wire, PlacedSocket>;
  readonly devices: readonly PlacedDevice[];
  /** Rows of pins, one `PITCH` each; sockets of USB are below them. */
  readonly rows: number;
}

const sideOf = (pin: number): Side => (pin % 2 === 1 ? 'left' : 'right');
/** Height of a row of pins, mm. */
export const heightOf = (row: number) => TOP + row * PITCH;

/** Puts parts beside the pins to which they are wired. */
export function place(netlist: Netlist): Places {
  const sockets = placeSockets(netlist);
  const rows = netlist.header ? HEADER.length / 2 : Math.max(1, ...[...sockets.values()].map(rowOf)) + 1;
  const cables = netlist.wires.filter(({ terminal: { goal } }) => goal.to === 'usb');
  for (const [n, wire] of cables.entries())
    sockets.set(wire, { side: freeSide(netlist, sockets), y: heightOf(rows + n) });
  const sides: Record<Side, Device[]> = { left: [], right: [] };
  for (const device of netlist.devices) sides[deviceSide(device, netlist, sockets)].push(device);
  const devices = (['left', 'right'] as const).flatMap((side) => stack(side, sides[side], netlist, sockets, rows + 1));
  return { sockets, devices, rows };
}

const rowOf = ({ y }: PlacedSocket) => Math.round((y - TOP) / PITCH);

function placeSockets({ wires }: Netlist): Map<Wire, PlacedSocket> {
  const placed = new Map<Wire, PlacedSocket>();
  const next: Record<Side, number> = { left: 0, right: 0 };
  for (const wire of wires) {
    const { pin } = wire.socket;
    if (wire.terminal.goal.to === 'usb') continue;
    if (pin !== null) {
      placed.set(wire, { side: sideOf(pin), y: heightOf(Math.floor((pin - 1) / 2)) });
    } else {
      // No header to show: the keypad's lines on one side, all others on the other.
      const side = wire.device.face.kind === 'keypad' ? 'left' : 'right';
      placed.set(wire, { side, y: heightOf(next[side]++) });
    }
  }
  return placed;
}

/** The side with fewer wires. */
function freeSide({ wires }: Netlist, sockets: ReadonlyMap<Wire, PlacedSocket>): Side {
  const left = wires.filter((wire) => sockets.get(wire)?.side === 'left').length;
  const right = wires.filter((wire) => sockets.get(wire)?.side === 'right').length;
  return right < left ? 'right' : 'left';
}

/** A part is on the side of most of its signals. */
function deviceSide(device: Device, netlist: Netlist, sockets: ReadonlyMap<Wire, PlacedSocket>): Side {
  const own = netlist.wires.filter((wire) => wire.device === device);
  if (own.length === 0) return freeSide(netlist, sockets);
  const signals = own.filter(({ terminal: { goal } }) => goal.to === 'line' || goal.to === 'uart');
  const counted = signals.length > 0 ? signals : own;
  const left = counted.filter((wire) => sockets.get(wire)?.side === 'left').length;
  return 2 * left >= counted.length ? 'left' : 'right';
}

/** Letters that fit beside what is drawn in the box. */
const lettersIn = (device: Device) => (device.face.kind === 'text' ? 33 : 26);

/** Steps of the lattice that a part takes, the gap to the next included. */
const stepsOf = ({ terminals }: Device, notes: readonly string[]) =>
  Math.max(terminals.length + 1, Math.ceil((NOTES.first + (notes.length - 1) * NOTES.line + 2 + GAP) / PITCH));

/** Puts the parts of one side under each other, each as near to its pins as the others let it be. */
function stack(
  side: Side,
  devices: readonly Device[],
  { wires }: Netlist,
  sockets: ReadonlyMap<Wire, PlacedSocket>,
  rows: number,
): readonly PlacedDevice[] {
  const wanted = devices.map((device) => {
    const own = wires
      .filter((wire) => wire.device === device)
      .map((wire) => ({ wire, row: rowOf(sockets.get(wire) ?? { side, y: heightOf(rows) }) }));
    const middle = own.length === 0 ? rows : own.reduce((sum, { row }) => sum + row, 0) / own.length;
    const notes = device.notes.flatMap((note) => wrapped(note, lettersIn(device)));
    return { device, notes, steps: stepsOf(device, notes), middle, wires: inOrder(own) };
  });
  wanted.sort((a, b) => a.middle - b.middle);
  const tops = spread(
    wanted.map(({ steps, middle }) => ({ steps, from: Math.round(middle - steps / 2) })),
    rows,
  );
  return wanted.map(({ device, notes, steps, wires: own }, index) => {
    const top = heightOf(tops[index] ?? 0) - 2;
    return {
      device,
      side,
      top,
      height: steps * PITCH - GAP,
      notes,
      wires: own.map((wire, n) => ({ wire, y: top + 2 + n * PITCH + TERMINAL })),
    };
  });
}

/** Terminals by the height of their pins, but rows and columns of a keypad stay together and in order. */
function inOrder(own: readonly { wire: Wire; row: number }[]): readonly Wire[] {
  const group = ({ wire }: { wire: Wire }) => wire.terminal.name.replace(/ \d+$/, '');
  const middle = (name: string) => {
    const rows = own.filter((each) => group(each) === name).map(({ row }) => row);
    return rows.reduce((sum, row) => sum + row, 0) / rows.length;
  };
  return [...own].sort((a, b) => middle(group(a)) - middle(group(b))).map(({ wire }) => wire);
}

/** First rows for boxes of so many steps that want to begin at `from`: none on another, all above `end` if they fit. */
function spread(boxes: readonly { steps: number; from: number }[], end: number): readonly number[] {
  const tops: number[] = [];
  let free = 0;
  for (const { steps, from } of boxes) {
    tops.push(Math.max(free, from));
    free = (tops.at(-1) ?? 0) + steps;
  }
  let limit = Math.max(
    end,
    boxes.reduce((sum, { steps }) => sum + steps, 0),
  );
  for (let n = boxes.length - 1; n >= 0; n--) {
    tops[n] = Math.min(tops[n] ?? 0, limit - (boxes[n]?.steps ?? 0));
    limit = tops[n] ?? 0;
  }
  return tops;
}
