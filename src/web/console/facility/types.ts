import type { z } from 'zod';
import type { Facility as Schema } from '../../../protocol/api/facilities.ts';

export type Facility = z.infer<typeof Schema>;

/** What each part of a facility's page is given. */
export interface OfFacility {
  readonly facility: Facility;
  readonly path: `/${string}`;
  /** It was changed: it is to be asked for anew. */
  readonly onChange: () => void;
}
