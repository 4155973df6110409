import { z } from 'zod';
import { Duration, Key, type Millis } from '../../protocol/units.ts';

/** How the hook switch of a serial board is read. */
const HookWiring = z.strictObject({
  /** `reversed` where the board says ON for a lifted handset: the other contact of the switch, or a magnet instead of a cradle. */
  polarity: z.enum(['normal', 'reversed']).default('normal'),
  /** The level must stand this long to count. */
  debounce: Duration.default(20 as Millis),
});
export type HookWiring = z.infer<typeof HookWiring>;

/** How the keypad is read. */
const KeyWiring = z.strictObject({
  /**
   * A release and press closer together than this are one contact bouncing. None by default on a
   * serial board, whose firmware does it: lines that waited while this machine was busy come all at
   * once, and "55" would be taken for one press.
   */
  debounce: Duration.default(0 as Millis),
  /** A key held longer counts as released until it is pressed again. */
  stuck: Duration.default(10_000 as Millis),
});
export type KeyWiring = z.infer<typeof KeyWiring>;

/** A keypad board on a serial line: the protocol is in `serial/message.ts`. */
export const SerialBoard = z.strictObject({
  kind: z.literal('serial'),
  /** Device file; a name under /dev/serial/by-id outlives re-plugging into another socket. */
  path: z.string().min(1).max(255),
  baud: z.int().min(1_200).max(4_000_000).default(115_200),
  /** Says `$HELLO` when the line opens, which asks the board for a beat at once. */
  helloOnOpen: z.boolean().default(true),
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
  });
export type Line = z.infer<typeof Line>;

const bounce = Duration.default(20 as Millis);

/** A contact between a line and another level. */
const Contact = z.strictObject({
  line: Line,
  /** Level of the line while the contact is closed: `low` where it closes to ground (and a resistor pulls up). */
  closed: z.enum(['low', 'high']).default('low'),
  /** The level must stand this long to count. */
  debounce: bounce,
});
export type Contact = z.infer<typeof Contact>;

const Lamp = z.strictObject({
  line: Line,
  /** Level that lights it. */
  lit: z.enum(['low', 'high']).default('high'),
});
export type Lamp = z.infer<typeof Lamp>;

const Matrix = z
  .strictObject({
    /** Read; each needs a pull-up: `pull` in the board file's chip, or a resistor. */
    rows: z.array(Line).min(1).max(8),
    /** Driven low one after another in a scan, and all together in between; never driven high. */
    columns: z.array(Line).min(1).max(8),
    /** Rows of keys as they lie on the keypad; null where there is none. */
    keys: z.array(z.array(Key.nullable()).min(1)).min(1),
    /** A key must be seen so, or not so, for this long. */
    debounce: bounce,
    /** A key held longer counts as released until it is pressed again. */
    stuck: Duration.default(10_000 as Millis),
    /** From driving a column to reading its rows. Wires and keys need some microseconds; 0 reads at once. */
    settle: Duration.default(0 as Millis),
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
export type Matrix = z.infer<typeof Matrix>;

/** Hook, keypad and lamps on lines of this machine's own GPIO. */
export const GpioBoard = z.strictObject({
  kind: z.literal('gpio'),
  /** How lines are reached: `onoff` by /sys/class/gpio, `gpiod` by the character device /dev/gpiochip*. */
  driver: z.enum(['onoff', 'gpiod']).default('onoff'),
  /** The hook switch: whether its contact is open or closed while the handset is lifted. */
  hook: Contact.extend({ lifted: z.enum(['open', 'closed']) }),
  keypad: Matrix,
  /** One button makes it louder, step by step, and after the loudest begins anew; or one for each way. */
  volume: z.strictObject({ up: Contact, down: Contact.optional() }).optional(),
  /** The tamper switch: whether its contact is open or closed while the housing is open. */
  tamper: Contact.extend({ opened: z.enum(['open', 'closed']) }).optional(),
  lamps: z.strictObject({ line: Lamp.optional(), fault: Lamp.optional() }).prefault({}),
});
export type GpioBoard = z.infer<typeof GpioBoard>;

/** What hook, keypad and lamps are on. */
export const HardwareWiring = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('simulated') }),
  SerialBoard,
  GpioBoard,
]);
export type HardwareWiring = z.infer<typeof HardwareWiring>;
