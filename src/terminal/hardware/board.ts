import { z } from 'zod';
import { Duration, type Millis } from '../../protocol/units.ts';

/** How the hook switch is read. */
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
const SerialBoard = z.strictObject({
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

const command = z
  .array(z.string().regex(/^[^\0]+$/, 'text without NUL is wanted'))
  .min(1, 'a program and its arguments are wanted, as [arecord, -q]');

/** Where sound comes from and goes to. */
const AudioDevice = z.discriminatedUnion('kind', [
  /** Raw signed 16-bit little-endian mono: `capture` writes it to its output, `playback` reads it from its input. */
  z.strictObject({
    kind: z.literal('commands'),
    capture: command,
    playback: command,
    rate: z.union([z.literal(8_000), z.literal(16_000), z.literal(48_000)]).default(16_000),
  }),
  z.strictObject({ kind: z.literal('simulated') }),
  z.strictObject({ kind: z.literal('none') }),
]);

/** A file of `board/`: what one phone is made of and how it is wired. */
export const BoardFile = z.strictObject({
  /** For people: which phone this is. */
  name: z.string().min(1).max(100),
  hardware: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('simulated') }), SerialBoard]),
  audio: AudioDevice,
});
export type BoardFile = z.infer<typeof BoardFile>;
