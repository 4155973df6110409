import { HEADER, type HeaderPin, I2C_LINES, I2S_LINES } from '../header.ts';
import { heightOf, type Places } from './place.ts';
import { FROM_MIDDLE, SHEET, type Side, xOf } from './sheet.ts';
import { element, rect, text } from './svg.ts';
import type { Netlist, Wire } from './wire.ts';

const PIN = 3.4;
const UNUSED = '#8a8a8a';

/** What sockets stand on: drawn before the wires that cross it. */
export function drawGround({ computer, header }: Netlist, { rows }: Places): string {
  const title = computer ? `${computer.title}${header ? ': header' : ''}` : 'Computer';
  return [
    outline(rows, { fill: '#f2f2f2', stroke: 'none' }),
    text(SHEET.width / 2, heightOf(0) - 5, title, { size: 3, anchor: 'middle', bold: true }),
  ].join('\n');
}

function outline(rows: number, style: Parameters<typeof rect>[4]): string {
  const x = xOf('left', FROM_MIDDLE.pin + 2.4);
  const height = heightOf(rows - 1) - heightOf(0) + 6.8;
  return rect(x, heightOf(0) - 3.4, 2 * (FROM_MIDDLE.pin + 2.4), height, { rx: 1.5, ...style });
}

/** Every pin of the header, or the lines that are used where it is not known, and sockets of USB. */
export function drawSockets(netlist: Netlist, places: Places, i2s: boolean): string {
  const { header } = netlist;
  const wires = wiresBySocket(netlist, places);
  const pins = header
    ? HEADER.map((pin) => drawPin(pin, wires, i2s))
    : [...wires].map(([key, at]) => drawLine(key, at));
  const usb = netlist.wires.filter(({ terminal: { goal } }) => goal.to === 'usb');
  const ports = usb.map((wire) => drawPort(wire, places.sockets.get(wire)?.y ?? 0));
  return [outline(places.rows, { fill: 'none' }), ...pins, ...ports].join('\n');
}

/** Wires at each pin, by side and height. */
function wiresBySocket({ wires }: Netlist, { sockets }: Places): ReadonlyMap<string, readonly Wire[]> {
  const found = new Map<string, readonly Wire[]>();
  for (const wire of wires) {
    const socket = sockets.get(wire);
    if (!socket || wire.terminal.goal.to === 'usb') continue;
    const key = keyOf(socket.side, socket.y);
    found.set(key, [...(found.get(key) ?? []), wire]);
  }
  return found;
}

const keyOf = (side: Side, y: number) => `${side} ${y}`;

const sideOf = (pin: number): Side => (pin % 2 === 1 ? 'left' : 'right');

function drawPin({ pin, kind, bcm }: HeaderPin, all: ReadonlyMap<string, readonly Wire[]>, i2s: boolean): string {
  const side = sideOf(pin);
  const y = heightOf(Math.floor((pin - 1) / 2));
  const wires = all.get(keyOf(side, y)) ?? [];
  const name = {
    '3V3': '3.3 V',
    '5V': '5 V',
    ground: 'ground',
    gpio: `GPIO${bcm}`,
    reserved: `ID_S${bcm === 0 ? 'D' : 'C'}`,
  }[kind];
  const card = i2s && bcm !== null && ([...I2S_LINES, ...I2C_LINES] as readonly number[]).includes(bcm);
  const use = wires.length > 0 ? usesOf(wires) : card ? 'sound card' : kind === 'reserved' ? 'leave free' : '';
  return socket(side, y, String(pin), name, use, wires[0], wires.length > 0 || card);
}

/** The parts at one pin; a shared one has several. */
const usesOf = (wires: readonly Wire[]) =>
  wires.length > 2 ? `${wires.length} parts` : wires.map((wire) => nameOf(wire)).join(', ');

const nameOf = ({ what, device, terminal: { goal } }: Wire) =>
  goal.to === 'line' || goal.to === 'uart' ? what : device.title;

function drawLine(key: string, wires: readonly Wire[]): string {
  const [side, y] = key.split(' ');
  const [wire] = wires;
  return wire
    ? socket(side === 'left' ? 'left' : 'right', Number(y), '', wire.socket.name, usesOf(wires), wire, true)
    : '';
}

function socket(
  side: Side,
  y: number,
  number: string,
  name: string,
  use: string,
  wire: Wire | undefined,
  used: boolean,
) {
  const x = xOf(side, FROM_MIDDLE.pin);
  const fill = wire?.colour.fill ?? (used ? '#c8c8c8' : '#fff');
  const label = use === '' ? name : `${name} · ${use}`;
  return [
    rect(x - PIN / 2, y - PIN / 2, PIN, PIN, { fill, 'stroke-width': used ? 0.5 : 0.25 }),
    number === '' ? '' : text(x, y + 0.75, number, { size: 2.1, anchor: 'middle', bold: used, fill: inkOn(fill) }),
    text(xOf(side, FROM_MIDDLE.labels), y - 0.95, label, {
      size: 2.3,
      anchor: side === 'left' ? 'end' : 'start',
      ...(used ? {} : { fill: UNUSED }),
    }),
  ].join('');
}

/** Black or white, whichever is better read on a colour of six hex digits or three. */
function inkOn(fill: string): string {
  const hex = fill.length === 4 ? [...fill.slice(1)].map((digit) => digit + digit).join('') : fill.slice(1);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#000' : '#fff';
}

function drawPort({ socket: { name }, device }: Wire, y: number): string {
  const x = xOf('left', FROM_MIDDLE.pin + 2.4);
  const box = rect(x, y - 2.2, 2 * (FROM_MIDDLE.pin + 2.4), 4.4, { fill: '#d9d9d9' });
  const label = text(SHEET.width / 2, y + 0.9, name, { size: 2.4, anchor: 'middle', bold: true });
  return element('g', { class: 'port' }, box + label + element('title', {}, device.title.replace(/[<&]/g, '')));
}
