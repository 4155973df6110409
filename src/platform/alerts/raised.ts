import type { AlertKind } from '../../protocol/api/alerts.ts';
import { facilityOf } from '../../protocol/topics.ts';
import { FacilityId, type Instant, TerminalId } from '../../protocol/units.ts';

/** Some alarms of one kind and one place that are not kept yet. */
export interface Raised {
  readonly facility: FacilityId;
  readonly kind: AlertKind;
  readonly place: string;
  readonly what: string;
  readonly first: Instant;
  readonly last: Instant;
  readonly times: number;
}

/** No line on an alarm is longer. */
const LONGEST = 500;

/**
 * An alarm as it is kept; null where it is of no facility. Which call it was of is not kept: who looks at alerts may not see every record.
 */
export function raisedOf(
  kind: AlertKind,
  where: Readonly<Record<string, unknown>>,
  what: string,
  at: Instant,
): Raised | null {
  const topic = typeof where.topic === 'string' ? where.topic : '';
  const facility = FacilityId.safeParse(where.facility).data ?? facilityOf(topic);
  if (facility === null) return null;
  const place = TerminalId.safeParse(where.terminal).data ?? topic.split(`/${facility}/`)[1] ?? '';
  return { facility, kind, place, what: what.slice(0, LONGEST), first: at, last: at, times: 1 };
}

export const nameOf = ({ facility, kind, place }: Raised): string => `${facility} ${kind} ${place}`;

/** Both together, `later` after `earlier`. */
export const together = (earlier: Raised | undefined, later: Raised): Raised =>
  earlier ? { ...later, first: earlier.first, times: earlier.times + later.times } : later;
