import type { z } from 'zod';
import type { People } from '../../../protocol/api/people.ts';

/** Somebody who works here. */
export type Person = z.infer<typeof People>['items'][number];
