import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoardFile } from '../../../../src/terminal/board/file.ts';
import { configLines } from '../../../../src/terminal/board/wiring/config-lines.ts';
import { drawing } from '../../../../src/terminal/board/wiring/drawing.ts';
import { netlistOf } from '../../../../src/terminal/board/wiring/netlist.ts';
import { place } from '../../../../src/terminal/board/wiring/place.ts';
import { type Point, type Route, route } from '../../../../src/terminal/board/wiring/route.ts';
import { FROM_MIDDLE, SHEET } from '../../../../src/terminal/board/wiring/sheet.ts';
import { boardFiles, boardOf, boardText, firmwarePins, pinsOf } from '../boards.ts';
import { linesOf, randomBoard } from './random-board.ts';

const sorted = (texts: readonly string[]) => [...texts].sort();
const linesIn = (svg: string) => [...svg.matchAll(/data-line="([^"]+)"/g)].map(([, line]) => line ?? '');

/** Straight pieces of a way. */
const pieces = ({ points }: Route): (readonly [Point, Point])[] =>
  points.slice(1).map((point, n) => [points[n] ?? point, point]);

/** How far two straight pieces that are both level, or both upright, run on each other; 0 where they are not in line. */
function overlap([a, b]: readonly [Point, Point], [c, d]: readonly [Point, Point]): number {
  for (const [along, across] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const straight = a[across] === b[across] && c[across] === d[across];
    if (!straight || Math.abs(a[across] - c[across]) > 0.4) continue;
    const from = Math.max(Math.min(a[along], b[along]), Math.min(c[along], d[along]));
    const to = Math.min(Math.max(a[along], b[along]), Math.max(c[along], d[along]));
    return Math.max(0, to - from);
  }
  return 0;
}

/** Whether two wires run on each other, but for the way that they share from one pin. */
function overlaps(one: Route, other: Route): boolean {
  const same = one.wire.socket.pin !== null && one.wire.socket.pin === other.wire.socket.pin;
  return pieces(one).some((piece, at) =>
    pieces(other).some((another, by) => !(same && at < 2 && by < 2) && overlap(piece, another) > 0),
  );
}

describe('the drawing of', () => {
  it.each(boardFiles)('board/%s is the one that is checked in: `tierphone board wiring` makes it anew', (file) => {
    expect(boardText(file.replace('.json', '.svg'))).toBe(drawing(boardOf(file), file, pinsOf(file)));
  });

  it('any board has each of its lines once, with a wire of its own colour, and nothing on anything else', () => {
    fc.assert(
      fc.property(randomBoard, (board) => {
        const netlist = netlistOf(board);
        const wanted = sorted(linesOf(board.hardware));
        const wired = netlist.wires.flatMap(({ terminal: { goal } }) => (goal.to === 'line' ? linesOf(goal.line) : []));
        expect(sorted(wired)).toEqual(wanted);
        expect(sorted(linesIn(drawing(board, 'x.json')))).toEqual(wanted);
        const signals = netlist.wires.filter(({ terminal: { goal } }) => goal.to === 'line');
        expect(new Set(signals.map(({ colour }) => colour.name)).size).toBe(signals.length);
        expect(new Set(netlist.wires.map(({ what }) => what)).size).toBe(netlist.wires.length);

        const places = place(netlist);
        const routes = route(places);
        expect(routes).toHaveLength(netlist.wires.length);
        const onEachOther = routes.flatMap((one, n) => routes.slice(0, n).filter((other) => overlaps(one, other)));
        expect(onEachOther).toEqual([]);
        for (const side of ['left', 'right']) {
          const boxes = places.devices.filter((each) => each.side === side).sort((a, b) => a.top - b.top);
          for (const [n, box] of boxes.entries()) {
            expect(box.top).toBeGreaterThan(20);
            expect(box.top).toBeLessThan(boxes[n + 1]?.top ?? Number.POSITIVE_INFINITY);
            expect(box.top + box.height).toBeLessThan(boxes[n + 1]?.top ?? Number.POSITIVE_INFINITY);
            for (const { y } of box.wires) expect(y).toBeLessThan(box.top + box.height);
          }
        }
        for (const { points } of routes)
          for (const [x] of points) expect(Math.abs(x - SHEET.width / 2)).toBeLessThanOrEqual(FROM_MIDDLE.parts);
      }),
      { numRuns: 80 },
    );
  });

  it('a board escapes what people write', () => {
    const board = { ...boardOf('raspberry-pi-serial.json'), name: 'A <b> & "c"' };
    expect(drawing(board, 'x.json')).toContain('A &lt;b&gt; &amp; &quot;c&quot;');
  });
});

describe('the drawing of a serial keypad board', () => {
  const board = boardOf('raspberry-pi-serial.json');
  const pins = pinsOf('raspberry-pi-serial.json');
  const wires = (of: BoardFile) => netlistOf(of, pins).wires.map(({ what, socket }) => `${what}: ${socket.name}`);

  it('shows each pin that its firmware has something on, the cable to the computer, and no other wire', () => {
    expect(wires(board)).toEqual(
      expect.arrayContaining([
        'Hook switch: pin 9',
        'Keypad row 1: pin 2',
        'Keypad column 3: pin 8',
        'Volume button: pin 11',
        'Tamper switch: pin 10',
        'Lamp "line": pin A0',
        'Lamp "fault": pin A1',
        'Raspberry Pi 4 USB: USB',
      ]),
    );
    const firmware = [...firmwarePins.matchAll(/^#define \w+_PIN (?!NONE)\w+|\d+(?=[,}])/gm)].length;
    expect(wires(board).filter((wire) => wire.includes(': pin '))).toHaveLength(firmware);
  });

  it('has the two ends of its line crossed where it is on pins of the Pi', () => {
    if (board.hardware.kind !== 'serial') throw new Error('not serial');
    const onPins = { ...board, hardware: { ...board.hardware, path: '/dev/serial0' } };
    expect(wires(onPins)).toEqual(
      expect.arrayContaining(['Raspberry Pi 4 pin 8: pin 0', 'Raspberry Pi 4 pin 10: pin 1']),
    );
    expect(drawing(onPins, 'x.json', pins)).toContain('>dtoverlay=disable-bt<');
  });
});

describe('the settings of a Pi', () => {
  it.each([
    ['raspberry-pi-4-gpio.json', ['gpio=5,6,13,26,23,24,4=ip,pu', 'gpio=12,16=op,dl']],
    ['raspberry-pi-5-gpio.json', ['gpio=5,6,13,26,23,24,4=ip,pu', 'gpio=12,16=op,dl']],
  ])('for %s stand in its drawing', (file, lines) => {
    for (const line of lines) expect(boardText(file.replace('.json', '.svg'))).toContain(`>${line}<`);
  });

  it.each([
    ['raspberry-pi-4', '/dev/serial0', ['enable_uart=1', 'dtoverlay=disable-bt']],
    ['raspberry-pi-5', '/dev/ttyAMA0', ['dtparam=uart0=on']],
  ] as const)('switch the serial port of a %s on where the board is on its pins', (computer, path, lines) => {
    const board = boardOf('raspberry-pi-serial.json');
    if (board.hardware.kind !== 'serial') throw new Error('not serial');
    expect(configLines(board)).toEqual([]);
    const onPins = { ...board, computer, hardware: { ...board.hardware, path } };
    expect(configLines(onPins)).toEqual(lines);
    const pins = netlistOf(onPins).wires.map(({ terminal, socket }) => `${terminal.name} ${socket.pin}`);
    expect(pins).toEqual(expect.arrayContaining(['RX 8', 'TX 10', 'GND 6']));
  });
});
