import type { CallRecord } from '../../protocol/call.ts';
import { type Millis, millis } from '../../protocol/units.ts';

/** What may be told of a lift to those who may not see tip lines: the record itself or, of a tip line, what it is covered by. */
export function shown({ cover, ...record }: CallRecord): Omit<CallRecord, 'cover'> {
  if (cover === undefined) return record;
  return {
    ...record,
    ...cover,
    kind: 'attempt',
    number: null,
    answered: null,
    accepted: null,
    talked: millis(0),
    charge: null,
    quality: null,
    redirections: [],
    privileged: false,
    hidden: false,
  };
}

/** What a log may tell of a record that has come. */
export function told(record: CallRecord): { ending: CallRecord['ending']['reason']; talked: Millis } {
  const { ending, talked } = shown(record);
  return { ending: ending.reason, talked };
}
