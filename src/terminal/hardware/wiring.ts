import { z } from 'zod';
import { Duration, Key, type Millis } from '../../protocol/units.ts';
import { InputBoard } from './input/wiring.ts';

/** How the hook switch of a serial board is read. */
const HookWiring = z.strictObject({
  polarity: z
    .enum(['normal', 'reversed'])
    .default('normal')
    .describe(
      'Lift the handset and look at the line: it should say $HOOK,OFF. `reversed` where it says ON: the other contact of the switch, or a magnet instead of a cradle.',
    ),
  debounce: Duration.default(20 as Millis).describe(
    'The level must stand this long to count: a handset that is knocked, or a worn switch. Default 20ms.',
  ),
});
export type HookWiring = z.infer<typeof HookWiring>;

const stuck = () =>
  Duration.default(10_000 as Millis).describe(
    'A key held longer counts as released until it is pressed again. Default 10s.',
  );

/** How the keypad is read. */
const KeyWiring = z.strictObject({
  /**
   * A release and press closer together than this are one contact bouncing. None by default on a
   * serial board, whose firmware does it: lines that waited while this machine was busy come all at
   * once, and "55" would be taken for one press.
   */
  debounce: Duration.default(0 as Millis).describe(
    'A release and press closer together are one contact bouncing. Default 0ms: the firmware debounces. For one that does not: 15ms.',
  ),
  stuck: stuck(),
});
export type KeyWiring = z.infer<typeof KeyWiring>;

/** A keypad board on a serial line: the protocol is in `serial/message.ts`. */
export const SerialBoard = z.strictObject({
  kind: z.literal('serial').describe('Hook, keypad and lamps on a serial keypad board.'),
  path: z
    .string()
    .min(1)
    .max(255)
    .describe(
      "The board's device file. A name under /dev/serial/by-id outlives re-plugging into another socket; on a Pi's own pins /dev/serial0.",
    ),
  baud: z.int().min(1_200).max(4_000_000).default(115_200).describe('Bits a second.'),
  helloOnOpen: z
    .boolean()
    .default(true)
    .describe(
      'Says $HELLO when the line opens, which asks the board for a beat at once; false for a board that cannot take it.',
    ),
  firmware: z
    .string()
    .regex(/^[A-Za-z]\w*-\d+(\.\d+)*$/, 'a name and a version are wanted, as tierphone-2.0')
    .optional()
    .describe(
      'The oldest firmware of this name that the phone may have, as tierphone-2.0: an older one is told to staff.',
    ),
  volumeButtons: z
    .union([z.literal(1), z.literal(2)])
    .default(2)
    .describe('With 1, each $VOL,UP of the board is a step louder, and from the loudest back to the first. Default 2.'),
  hook: HookWiring.prefault({}),
  keys: KeyWiring.prefault({}),
});
export type SerialBoard = z.infer<typeof SerialBoard>;

/**
 * A line of a GPIO chip, written `label/offset`, as `pinctrl-bcm2711/17`. The label is the chip's own (`gpioinfo` and
 * /sys/class/gpio/gpiochip*\/label show it): global numbers differ from kernel to kernel.
 */
const Line = z
  .string()
  .regex(/^[^/\s]{1,63}\/\d{1,3}$/, 'a chip label and a line are wanted, as pinctrl-bcm2711/17')
  .transform((text) => {
    const [chip = '', offset = ''] = text.split('/');
    return { chip, offset: Number(offset) };
  })
  .describe(
    'A line of a GPIO chip, written label/offset, as pinctrl-bcm2711/17 (a Pi 5: pinctrl-rp1/17). `gpiodetect` shows the labels; on a Pi the offset is the BCM number.',
  );
export type Line = z.infer<typeof Line>;

const bounce = Duration.default(20 as Millis).describe('The level must stand this long to count. Default 20ms.');

/** A contact between a line and another level. */
const Contact = z.strictObject({
  line: Line,
  closed: z
    .enum(['low', 'high'])
    .default('low')
    .describe(
      'Level of the line while the contact is closed: low where it closes to ground and something pulls up, high where it closes to 3.3 V.',
    ),
  debounce: bounce,
});
export type Contact = z.infer<typeof Contact>;

const Lamp = z.strictObject({
  line: Line,
  lit: z.enum(['low', 'high']).default('high').describe('Level that lights it.'),
});
export type Lamp = z.infer<typeof Lamp>;

const Matrix = z
  .strictObject({
    rows: z.array(Line).min(1).max(8).describe('Lines that are read, pulled up, from the top row of keys down.'),
    columns: z
      .array(Line)
      .min(1)
      .max(8)
      .describe(
        'Lines driven low one after another in a scan, and all together in between; never driven high. From the left column of keys.',
      ),
    keys: z
      .array(z.array(Key.nullable()).min(1))
      .min(1)
      .describe('Rows of keys as they lie on the keypad; null where there is none, or one that is not used.'),
    press: Duration.default(5 as Millis).describe(
      'A key must be seen down for this long, in every scan, to count as pressed: longer than what is induced in the wires. Default 5ms.',
    ),
    debounce: Duration.default(20 as Millis).describe(
      'A key must be seen up for this long to count as released: longer than its contacts bounce. Default 20ms.',
    ),
    stuck: stuck(),
    settle: z
      .string()
      .regex(/^\d{1,3}us$/, 'microseconds are wanted, as 50us or 300us')
      .transform((text) => Number.parseInt(text, 10))
      .default(50)
      .describe('From driving a column to reading its rows. Default 50us; more for a long cable with weak pull-ups.'),
  })
  .refine(
    ({ rows, columns, keys }) => keys.length === rows.length && keys.every((row) => row.length === columns.length),
    {
      error: 'keys: one row of keys for each of `rows`, one key (or null) in it for each of `columns`',
    },
  )
  .refine(
    ({ keys }) => {
      const named = keys.flat().filter((key) => key !== null);
      return new Set(named).size === named.length;
    },
    { error: 'keys: a key named twice' },
  );

/** Hook, keypad and lamps on lines of this machine's own GPIO. */
export const GpioBoard = z.strictObject({
  kind: z.literal('gpio').describe("Hook, keypad and lamps on lines of this machine's own GPIO."),
  driver: z
    .enum(['onoff', 'gpiod'])
    .default('onoff')
    .describe('How lines are reached: onoff by /sys/class/gpio, gpiod by the character device /dev/gpiochip*.'),
  hook: Contact.extend({
    lifted: z.enum(['open', 'closed']).describe('Whether the contact is open or closed while the handset is lifted.'),
  }).describe('The hook switch.'),
  keypad: Matrix.describe('The keypad: keys where rows and columns of wires cross.'),
  volume: z
    .strictObject({ up: Contact, down: Contact.optional() })
    .optional()
    .describe('One button makes it louder, step by step, and after the loudest begins anew; or one for each way.'),
  tamper: Contact.extend({
    opened: z.enum(['open', 'closed']).describe('Whether the contact is open or closed while the housing is open.'),
  })
    .optional()
    .describe('The tamper switch of the housing.'),
  lamps: z
    .strictObject({ line: Lamp.optional(), fault: Lamp.optional() })
    .prefault({})
    .describe(
      '`line` is lit while the handset is lifted and blinks where no call may start; `fault` blinks while the phone has one.',
    ),
});
export type GpioBoard = z.infer<typeof GpioBoard>;

/** What hook, keypad and lamps are on. */
export const HardwareWiring = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('simulated').describe('No hardware: software plays it.') }),
  SerialBoard,
  GpioBoard,
  InputBoard,
]);
export type HardwareWiring = z.infer<typeof HardwareWiring>;
