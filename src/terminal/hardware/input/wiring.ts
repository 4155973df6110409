import { z } from 'zod';
import { Duration, KEYS, Key, type Millis } from '../../../protocol/units.ts';

const Code = z
  .string()
  .regex(/^KEY_[A-Z0-9_]{1,40}$/, 'a key as `evtest` names it is wanted, as KEY_KP1')
  .describe('A key as `evtest` names it.');

/** A key alone or with shift, as a keyboard types `#`. */
const Typed = z
  .string()
  .regex(
    /^(KEY_LEFTSHIFT\+)?KEY_[A-Z0-9_]{1,40}$/,
    'a key as `evtest` names it is wanted, as KEY_KP1 or KEY_LEFTSHIFT+KEY_3',
  );

const digits = [...'0123456789'] as Key[];
/** What keyboards, number pads and telephones send for a telephone's keys. */
const USUAL: Record<string, Key> = {
  ...Object.fromEntries(
    digits.flatMap((key) => [`KEY_${key}`, `KEY_KP${key}`, `KEY_NUMERIC_${key}`].map((code) => [code, key])),
  ),
  KEY_KPASTERISK: '*',
  KEY_NUMERIC_STAR: '*',
  'KEY_LEFTSHIFT+KEY_8': '*',
  KEY_NUMERIC_POUND: '#',
  'KEY_LEFTSHIFT+KEY_3': '#',
};

/** A USB handset or keypad that is a keyboard to Linux. */
export const InputBoard = z.strictObject({
  kind: z.literal('input').describe('Hook and keypad of a USB handset that is a keyboard to Linux.'),
  path: z
    .string()
    .regex(/^\/[^\0]{1,254}$/, 'a device file is wanted, as /dev/input/by-id/usb-…-event-kbd')
    .describe('Its device file; a name under /dev/input/by-id ending in -event-kbd outlives re-plugging.'),
  keys: z
    .record(Typed, Key)
    .refine((map) => KEYS.every((key) => Object.values(map).includes(key)), {
      error: 'keys: each of 0-9, * and # is wanted at least once',
    })
    .default(USUAL)
    .describe('What it sends for each key, as {"KEY_KP1": "1", "KEY_LEFTSHIFT+KEY_3": "#"}. Default: what most do.'),
  hook: z
    .strictObject({
      key: Code,
      lifted: z.enum(['down', 'up']).describe('Whether that key is down or up while the handset is lifted.'),
      debounce: Duration.default(20 as Millis).describe('The state must stand this long to count. Default 20ms.'),
    })
    .describe('The key that the hook switch holds down.'),
  volume: z
    .strictObject({ up: Code.default('KEY_VOLUMEUP'), down: Code.default('KEY_VOLUMEDOWN') })
    .prefault({})
    .describe('Its keys for louder and softer.'),
  stuck: Duration.default(10_000 as Millis).describe(
    'A key held for longer counts as released until it is pressed again. Default 10s.',
  ),
});
export type InputBoard = z.infer<typeof InputBoard>;
