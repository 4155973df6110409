import type { Led } from '../port.ts';
import type { Contact, GpioBoard } from '../wiring.ts';
import { levelOf } from './lamps.ts';
import type { InputWish, LinesWish, OutputWish } from './lines.ts';
import type { MatrixLines } from './scanner.ts';

/** The lines a board needs, and the number of each part's line among them. */
export interface Plan {
  readonly wish: LinesWish;
  readonly hook: number;
  readonly matrix: MatrixLines;
  readonly volume: { readonly up: number | null; readonly down: number | null };
  readonly tamper: number | null;
  readonly lamps: Readonly<Record<Led, number | null>>;
}

/** Lays out what lines a board needs. */
export function planOf({ hook, keypad, volume, tamper, lamps }: GpioBoard): Plan {
  const inputs: InputWish[] = [];
  const outputs: OutputWish[] = [];
  const contact = (what: string, wired: Contact | undefined): number | null =>
    wired ? inputs.push({ what, line: wired.line, pull: wired.closed === 'low' ? 'up' : 'down' }) - 1 : null;
  const lamp = (what: string, wired: GpioBoard['lamps'][Led]): number | null =>
    wired ? outputs.push({ what, line: wired.line, first: levelOf(wired.lit, false) }) - 1 : null;
  return {
    wish: { inputs, outputs },
    hook: inputs.push({ what: 'hook', line: hook.line, pull: hook.closed === 'low' ? 'up' : 'down' }) - 1,
    matrix: {
      rows: keypad.rows.map((line, row) => inputs.push({ what: `keypad row ${row + 1}`, line, pull: 'up' }) - 1),
      columns: keypad.columns.map(
        (line, column) => outputs.push({ what: `keypad column ${column + 1}`, line, first: 'low' }) - 1,
      ),
      settle: keypad.settle,
    },
    volume: { up: contact('volume button', volume?.up), down: contact('volume-down button', volume?.down) },
    tamper: contact('tamper switch', tamper),
    lamps: { line: lamp('line lamp', lamps.line), fault: lamp('fault lamp', lamps.fault) },
  };
}
