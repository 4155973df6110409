import type { Instant } from '../../../protocol/units.ts';
import type { Trx } from '../../context.ts';
import type { Site } from '../site.ts';
import type { Tally } from './tally.ts';

/** A site file on its way into the database: each room notes what it has to write of it, and writes it. */
export interface Bringing {
  readonly trx: Trx;
  readonly site: Site;
  readonly now: Instant;
  readonly tally: Tally;
  /** It is only told what would be written. */
  readonly dry: boolean;
}
