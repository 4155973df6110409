import { z } from 'zod';
import { AudioWiring } from '../audio/device/wiring.ts';
import { HardwareWiring } from '../hardware/wiring.ts';

/** A file of `board/`: what one phone is made of and how it is wired. */
export const BoardFile = z.strictObject({
  /** For editors: where the schema is. */
  $schema: z.string().optional(),
  /** For people: which phone this is. */
  name: z.string().min(1).max(100),
  hardware: HardwareWiring,
  audio: AudioWiring,
});
export type BoardFile = z.infer<typeof BoardFile>;
