import type { BoardFile } from '../file.ts';
import { ARDUINO, factsOf } from '../header.ts';
import type { KeypadBoard } from '../pins.ts';
import { configLines } from './config-lines.ts';
import { drawGround, drawSockets } from './draw-computer.ts';
import { drawDevice } from './draw-device.ts';
import { drawEnd, drawWires } from './draw-wire.ts';
import { drawFoot } from './foot.ts';
import { netlistOf } from './netlist.ts';
import { place } from './place.ts';
import { type Route, route } from './route.ts';
import { FOOT, SHEET } from './sheet.ts';
import { element, escaped, rect, text } from './svg.ts';
import type { Netlist } from './wire.ts';

/**
 * The wiring of a board as an SVG picture for a sheet of A4, made from its file, and the pins of its firmware, and from nothing else.
 * @param file name of the file, for the title
 * @param pins of a serial keypad board, whose own wires are then drawn
 */
export function drawing(board: BoardFile, file: string, pins: KeypadBoard | null = null): string {
  const netlist = netlistOf(board, pins);
  const places = place(netlist);
  const routes = route(places);
  const i2s = board.audio.kind === 'alsa' && board.soundCard === 'i2s';
  const foot = Math.max(FOOT.top, ...places.devices.map(({ top, height }) => top + height + 4));
  const content = [
    element('title', {}, escaped(`${board.name} (${file})`)),
    rect(-SHEET.width, 0, 3 * SHEET.width, 3 * SHEET.height, { stroke: 'none' }),
    heading(board, file, netlist),
    ...(netlist.devices.length === 0
      ? [nothing()]
      : [
          drawGround(netlist, places),
          ...bySocket(routes).map(drawWires),
          drawSockets(netlist, places, i2s),
          ...places.devices.map(drawDevice),
          ...routes.map((one) => drawEnd(one, joins(one, routes))),
          drawFoot(netlist, settings(board), foot),
        ]),
  ];
  return `${svg(`\n${content.join('\n')}\n`, foot + FOOT.height + SHEET.margin)}\n`;
}

/** What must stand in config.txt of the computer; null where it is not known. */
const settings = (board: BoardFile) => (factsOf(board.computer)?.header ? configLines(board) : null);

/** A sheet of A4; what is longer is drawn smaller. */
function svg(content: string, length: number): string {
  const height = Math.max(SHEET.height, length);
  const width = (height * SHEET.width) / SHEET.height;
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width: `${SHEET.width}mm`,
    height: `${SHEET.height}mm`,
    viewBox: [(SHEET.width - width) / 2, 0, width, height].map((each) => each.toFixed(1)).join(' '),
    'font-family': 'DejaVu Sans, Verdana, Arial, sans-serif',
  };
  return element('svg', attributes, content);
}

/** Wires that share a socket, together. */
function bySocket(routes: readonly Route[]): readonly (readonly Route[])[] {
  const groups = new Map<unknown, Route[]>();
  for (const one of routes) {
    const key = one.wire.socket.pin ?? one;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function heading({ name }: BoardFile, file: string, { computer, header }: Netlist): string {
  const how = header
    ? 'The header is seen from above, USB sockets of the board downwards: even pins are at the edge of the board.'
    : computer === ARDUINO
      ? 'Pins are named as printed on the board, in the order of this sheet; every ground goes to any of its pins GND.'
      : '';
  return [
    text(SHEET.margin, 13, name, { size: 5, bold: true }),
    text(SHEET.margin, 18.5, `Wiring, made from ${file} by \`tierphone board wiring\`. ${how}`, { size: 2.6 }),
  ].join('\n');
}

const nothing = () =>
  text(SHEET.width / 2, SHEET.height / 2, 'Nothing to wire: hook, keypad and handset are played by software.', {
    size: 4,
    anchor: 'middle',
  });

/** Whether another wire from the same pin goes on where this one turns off. */
function joins(one: Route, all: readonly Route[]): boolean {
  const { pin } = one.wire.socket;
  const away = ({ points }: Route) => Math.abs((points.at(-3)?.[0] ?? 0) - SHEET.width / 2);
  const same = all.filter(({ wire, side }) => pin !== null && wire.socket.pin === pin && side === one.side);
  return same.some((other) => away(other) > away(one));
}
