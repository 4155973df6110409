import type { z } from 'zod';
import type { PinSlip as Schema } from '../../../protocol/api/callers.ts';

/** A PIN that was made: it is in this page alone, and gone when the slip is put away. */
export type PinSlip = z.infer<typeof Schema>;
