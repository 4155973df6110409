import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsOf } from '../../../src/terminal/board/parts.ts';
import { netlistOf } from '../../../src/terminal/board/wiring/netlist.ts';
import { boardOf } from './boards.ts';
import { randomBoard } from './wiring/random-board.ts';

describe('the bill of materials', () => {
  it('of a phone on a Pi follows from its wiring', () => {
    const listed = partsOf(boardOf('raspberry-pi-4-gpio.json')).map(({ what, count }) => `${count} ${what}`);
    expect(listed).toEqual(
      expect.arrayContaining([
        '1 Raspberry Pi 4',
        '1 Keypad, matrix of 4 x 3',
        '2 Resistor 330 Ω, 1/4 W',
        '1 Tamper switch, plunger',
        '1 USB sound card',
        '17 Wire 0.25 mm², 30 cm',
        '1 Steel wall phone housing with handset, armoured cord and cradle',
      ]),
    );
  });

  it('of what is software is empty', () => {
    expect(partsOf(boardOf('simulated.json'))).toEqual([]);
  });

  it('of any board has a wire for each wire to a pin, and a resistor for each lamp and each input that needs one', () => {
    fc.assert(
      fc.property(randomBoard, (board) => {
        const parts = partsOf(board);
        const count = (what: RegExp) =>
          parts.filter((each) => what.test(each.what)).reduce((n, each) => n + each.count, 0);
        const toPins = netlistOf(board).wires.filter(({ socket }) => socket.pin !== null).length;
        expect(count(/^Wire/)).toBe(toPins);
        if (board.hardware.kind !== 'gpio') return;
        const { lamps, keypad, volume, tamper } = board.hardware;
        expect(count(/330/)).toBe(Object.keys(lamps).length);
        const inputs = 1 + keypad.rows.length + (volume ? (volume.down ? 2 : 1) : 0) + (tamper ? 1 : 0);
        expect(count(/10 kΩ/)).toBe(board.pulls === 'resistors' ? inputs : 0);
      }),
      { numRuns: 50 },
    );
  });
});
