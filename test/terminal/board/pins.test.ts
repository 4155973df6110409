import { describe, expect, it } from 'vitest';
import { readPins } from '../../../src/terminal/board/pins.ts';
import { firmwarePins } from './boards.ts';

describe("the pins of a keypad board's firmware", () => {
  it('are those of its pins.h', () => {
    expect(readPins(firmwarePins)).toMatchObject({
      wrong: null,
      board: {
        hook: { line: { chip: 'D', offset: 9 }, closed: 'low', lifted: 'open' },
        keypad: {
          rows: [2, 3, 4, 5].map((offset) => ({ chip: 'D', offset })),
          keys: [
            ['1', '2', '3'],
            ['4', '5', '6'],
            ['7', '8', '9'],
            ['*', '0', '#'],
          ],
        },
        tamper: { line: { chip: 'D', offset: 10 }, opened: 'open' },
        lamps: { fault: { line: { chip: 'A', offset: 1 }, lit: 'high' } },
      },
    });
  });

  it('may be without tamper switch, buttons and lamps, and have keys that a phone has no use for', () => {
    const bare = firmwarePins
      .replace(/(TAMPER_PIN|VOLUME_UP_PIN|LINE_LAMP_PIN|FAULT_LAMP_PIN) \w+/g, '$1 NONE')
      .replace('"123"', '"1 3"')
      .replace('HOOK_LIFTED HIGH', 'HOOK_LIFTED LOW');
    const { board } = readPins(bare);
    expect(board).toMatchObject({ hook: { lifted: 'closed' }, lamps: {} });
    expect(board?.keypad.keys[0]).toEqual(['1', null, '3']);
    expect([board?.tamper, board?.volume, board?.lamps.line]).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['no pins.h', 'int main() {}', /^not the pins of a keypad board: hook\.line: /],
    ['a key twice', firmwarePins.replace('"456"', '"416"'), /a key named twice/],
    ['a pin twice', firmwarePins.replace('LINE_LAMP_PIN A0', 'LINE_LAMP_PIN 3'), /^pin 3 stands for two things$/],
    ['a button closed at rest', firmwarePins.replace('PRESSED LOW', 'PRESSED HIGH'), /^VOLUME_PRESSED HIGH/],
  ])('are not drawn of %s', (_what, text, wrong) => {
    expect(readPins(text)).toEqual({ board: null, wrong: expect.stringMatching(wrong) });
  });
});
