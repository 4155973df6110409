import { drawContact, drawKeypad, drawLamp } from './faces.ts';
import type { PlacedDevice } from './place.ts';
import { FROM_MIDDLE, NOTES, xOf } from './sheet.ts';
import { rect, text } from './svg.ts';

const WIDTH = FROM_MIDDLE.edge - FROM_MIDDLE.parts;

/** A part: its box, its name, its terminals, and what it is inside. */
export function drawDevice(placed: PlacedDevice): string {
  const { device, side, top, height, wires } = placed;
  /** The x that is `inward` from the edge where wires come in. */
  const at = (inward: number) => xOf(side, FROM_MIDDLE.parts + inward);
  const start = side === 'right' ? 'start' : 'end';
  const names = wires.map(({ wire, y }) => text(at(1.6), y - 1.1, wire.terminal.name, { size: 2.1, anchor: start }));
  const title = text(Math.min(at(0), at(WIDTH)) + WIDTH / 2, top + 3.4, device.title, {
    size: 2.8,
    anchor: 'middle',
    bold: true,
  });
  return [
    rect(Math.min(at(0), at(WIDTH)), top, WIDTH, height, { rx: 1, fill: '#fbfbf7' }),
    title,
    ...(device.face.kind === 'keypad' ? [] : names),
    face(placed, at),
    ...notes(placed, at),
  ].join('\n');
}

function face({ device, side, top, height, wires }: PlacedDevice, at: (inward: number) => number): string {
  switch (device.face.kind) {
    case 'contact':
      return drawContact(device.face.rest, wires, at);
    case 'lamp':
      return drawLamp(wires, at);
    case 'keypad':
      return drawKeypad(device.face.keys, wires, at, { side, top, height });
    case 'text':
      return '';
  }
}

function notes({ device, side, top, notes: lines }: PlacedDevice, at: (inward: number) => number): readonly string[] {
  const inward = device.terminals.length === 0 ? 2 : device.face.kind === 'text' ? 11 : 20;
  const left = side === 'right' ? at(inward) : at(WIDTH - 1.5);
  return lines.map((note, n) => text(left, top + NOTES.first + n * NOTES.line, note, { size: 2.3 }));
}
