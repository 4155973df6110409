import { z } from 'zod';
import { AudioWiring } from '../audio/device/wiring.ts';
import { HardwareWiring } from '../hardware/wiring.ts';

/** Computers whose header and GPIO chip are known: `header.ts`. */
export const Computer = z.enum(['raspberry-pi-4', 'raspberry-pi-5', 'qemu', 'any']);
export type Computer = z.infer<typeof Computer>;

/** A thing to buy that the wiring does not tell of. */
const Part = z.strictObject({
  what: z.string().min(1).max(100).describe('What to buy, as a supplier would call it.'),
  count: z.int().min(1).max(1_000).default(1),
  note: z.string().max(200).optional().describe('What to look for, or what it is for.'),
});
export type Part = z.infer<typeof Part>;

/** A file of `board/`: what one phone is made of and how it is wired. */
export const BoardFile = z.strictObject({
  $schema: z.string().optional().describe('For editors: where the schema is, as ./board.schema.json.'),
  name: z.string().min(1).max(100).describe('For people: which phone this is.'),
  computer: Computer.default('any').describe(
    'What the terminal runs on: the header that a drawing shows, and the GPIO chip that lines must be on.',
  ),
  pulls: z
    .enum(['internal', 'resistors'])
    .default('internal')
    .describe(
      "What holds an input at its idle level: the computer's own resistors (50 kOhm, switched on by the lines of config.txt that the drawing shows), or one of 10 kOhm at each input, which is better where wires are longer than 30 cm.",
    ),
  soundCard: z
    .enum(['usb', 'i2s', 'handset', 'built-in'])
    .default('usb')
    .describe(
      'Where the sound card is: on USB; a card on the header, which then keeps the pins of I2S to itself; in a USB handset; or built into the computer.',
    ),
  hardware: HardwareWiring.describe('What hook, keypad and lamps are on.'),
  audio: AudioWiring.describe("Where the handset's sound comes from and goes to."),
  parts: z
    .array(Part)
    .max(100)
    .default([])
    .describe('What to buy besides what follows from the wiring: housing, handset, cord, power supply.'),
});
export type BoardFile = z.infer<typeof BoardFile>;
