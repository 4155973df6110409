import fc from 'fast-check';
import { KEYS } from '../../../../src/protocol/units.ts';
import { BoardFile } from '../../../../src/terminal/board/file.ts';

/** BCM lines of the header that anything may be on. */
const FREE = Array.from({ length: 26 }, (_, n) => n + 2);

const level = fc.constantFrom('low', 'high');
const state = fc.constantFrom('open', 'closed');

/** Boards with lines anywhere on the header, matrices of every shape, and all that may be there or not. */
export const randomBoard = fc
  .record({
    computer: fc.constantFrom('raspberry-pi-4', 'raspberry-pi-5', 'any'),
    lines: fc.shuffledSubarray(FREE, { minLength: FREE.length }),
    rows: fc.integer({ min: 1, max: 8 }),
    columns: fc.integer({ min: 1, max: 8 }),
    levels: fc.array(level, { minLength: 6, maxLength: 6 }),
    states: fc.array(state, { minLength: 2, maxLength: 2 }),
    there: fc.record({
      up: fc.boolean(),
      down: fc.boolean(),
      tamper: fc.boolean(),
      line: fc.boolean(),
      fault: fc.boolean(),
    }),
    pulls: fc.constantFrom('internal', 'resistors'),
    soundCard: fc.constantFrom('usb', 'i2s', 'built-in'),
  })
  .map(({ computer, lines, rows, columns, levels, states, there, pulls, soundCard }): BoardFile => {
    const chip = computer === 'raspberry-pi-5' ? 'pinctrl-rp1' : 'pinctrl-bcm2711';
    const left = [...lines];
    const line = () => `${chip}/${left.pop()}`;
    const contact = (n: number) => ({ line: line(), closed: levels[n] });
    const keys = Array.from({ length: rows }, (_, y) =>
      Array.from({ length: columns }, (_, x) => KEYS[y * columns + x] ?? null),
    );
    return BoardFile.parse({
      name: 'random',
      computer,
      pulls,
      soundCard,
      hardware: {
        kind: 'gpio',
        hook: { ...contact(0), lifted: states[0] },
        keypad: { rows: Array.from({ length: rows }, line), columns: Array.from({ length: columns }, line), keys },
        ...(there.up && { volume: { up: contact(1), ...(there.down && { down: contact(2) }) } }),
        ...(there.tamper && { tamper: { ...contact(3), opened: states[1] } }),
        lamps: {
          ...(there.line && { line: { line: line(), lit: levels[4] } }),
          ...(there.fault && { fault: { line: line(), lit: levels[5] } }),
        },
      },
      audio: { kind: 'alsa', capture: 'plughw:CARD=Handset', playback: 'plughw:CARD=Handset' },
    });
  });

/** Every line that the hardware of a board names, as `chip/offset`. */
export function linesOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('chip' in value && 'offset' in value) return [`${value.chip}/${value.offset}`];
  return Object.values(value).flatMap(linesOf);
}
