import { inWords } from '../../protocol/words.ts';
import { GpioBoard } from '../hardware/wiring.ts';

/** Where the firmware of our keypad board says how it is wired, from the package's root: the one place where that stands. */
export const FIRMWARE_PINS = 'board/firmware/tierphone/pins.h';

/** What is wired to lines: of a computer, or of a keypad board's Arduino. */
export type KeypadBoard = Pick<GpioBoard, 'hook' | 'keypad' | 'volume' | 'tamper' | 'lamps'>;

/** What came of reading a `pins.h`: what is on the pins, else what is wrong with the file, in a line. */
type Read = { readonly board: KeypadBoard; readonly wrong: null } | { readonly board: null; readonly wrong: string };

/** Reads how a keypad board is wired from the `pins.h` of its firmware (`board/firmware/`). Pure. */
export function readPins(text: string): Read {
  const says = definitionsOf(text);
  if (says('VOLUME_PRESSED') === 'HIGH')
    return { board: null, wrong: 'VOLUME_PRESSED HIGH, a button that is closed at rest, cannot be drawn' };
  const result = GpioBoard.safeParse(asBoard(says, listsOf(text), keysOf(text)), { error: inWords });
  if (result.success) return twice(result.data) ?? { board: result.data, wrong: null };
  const [issue] = result.error.issues;
  return { board: null, wrong: `not the pins of a keypad board: ${issue?.path.join('.')}: ${issue?.message}` };
}

type Says = (name: string) => string | undefined;

function definitionsOf(text: string): Says {
  const all = new Map([...text.matchAll(/^#define[ \t]+(\w+)[ \t]+(\S+)/gm)].map(([, name, value]) => [name, value]));
  return (name) => all.get(name);
}

/** Lists of pins by their names. */
function listsOf(text: string): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...text.matchAll(/(\w+)\[\w+\]\s*=\s*\{([^}]*)\}/g)].map(([, name = '', pins = '']) => [
      name,
      pins.split(',').map((pin) => pin.trim()),
    ]),
  );
}

/** The keys in the order of `KEY_MAP`, which is written as strings that C joins. */
const keysOf = (text: string): readonly string[] =>
  [...(/KEY_MAP\[[^\]]*\]\s*=((?:\s*"[^"]*")+)/.exec(text)?.[1] ?? '').matchAll(/"([^"]*)"/g)].flatMap(
    ([, keys = '']) => [...keys],
  );

/** A pin by what is printed beside it: `A0` is A/0, `9` is D/9. Undefined for none. */
function lineOf(pin: string | undefined): string | undefined {
  if (pin === undefined || pin === 'NONE') return undefined;
  return pin.startsWith('A') ? `A/${pin.slice(1)}` : `D/${pin}`;
}

/** A contact is between its pin, which is pulled up, and ground: the pin is high while it is open. */
const stateOf = (level: string | undefined) => (level === 'HIGH' ? 'open' : 'closed');

function asBoard(says: Says, lists: ReadonlyMap<string, readonly string[]>, keys: readonly string[]): unknown {
  const lines = (name: string) => (lists.get(name) ?? []).map(lineOf);
  const columns = lines('COLUMN_PINS');
  const rows = lines('ROW_PINS');
  const contact = (name: string) => {
    const line = lineOf(says(name));
    return line === undefined ? undefined : { line };
  };
  const lit = says('LAMP_LIT') === 'LOW' ? 'low' : 'high';
  const lamp = (name: string) => {
    const wired = contact(name);
    return wired && { ...wired, lit };
  };
  const tamper = contact('TAMPER_PIN');
  const up = contact('VOLUME_UP_PIN');
  return {
    kind: 'gpio',
    hook: { ...contact('HOOK_PIN'), lifted: stateOf(says('HOOK_LIFTED')) },
    keypad: {
      rows,
      columns,
      keys: rows.map((_, y) => columns.map((_, x) => keyAt(keys, y * columns.length + x))),
    },
    ...(tamper && { tamper: { ...tamper, opened: stateOf(says('TAMPER_OPENED')) } }),
    ...(up && { volume: { up, down: contact('VOLUME_DOWN_PIN') } }),
    lamps: { line: lamp('LINE_LAMP_PIN'), fault: lamp('FAULT_LAMP_PIN') },
  };
}

/** A space is where there is no key. */
const keyAt = (keys: readonly string[], at: number) => (keys[at] === ' ' ? null : keys[at]);

/** What is wrong where one pin has two wires; null where none has. */
function twice({ hook, keypad, volume, tamper, lamps }: KeypadBoard): Read | null {
  const wired = [hook, volume?.up, volume?.down, tamper, lamps.line, lamps.fault].flatMap((one) => one?.line ?? []);
  const names = [...keypad.rows, ...keypad.columns, ...wired].map(
    ({ chip, offset }) => `${chip === 'A' ? 'A' : ''}${offset}`,
  );
  const again = names.find((name, at) => names.indexOf(name) !== at);
  return again === undefined ? null : { board: null, wrong: `pin ${again} stands for two things` };
}
