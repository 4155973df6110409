import { sql } from 'kysely';
import type { CallRecord } from '../../protocol/call.ts';
import { numberDialled } from '../../protocol/dial-plan.ts';
import type { CallKey, Control, Trx } from '../context.ts';
import { nameOf } from './sessions.ts';

/**
 * What was dialled in lifts of which no call came, by the names of their calls: the number that the digits mean, else the digits as they
 * were keyed. A tip line is kept of none, however it was dialled. Known for a day after it was asked for, as answers are.
 */
export async function dialledIn(
  trx: Trx,
  records: readonly CallRecord[],
  hotlines: Control['hotlines'],
): Promise<ReadonlyMap<string, string>> {
  const keys = records.filter(cameToNothing).map(({ facility, terminal, call }) => ({ facility, terminal, call }));
  if (keys.length === 0) return new Map();
  const { rows } = await sql<CallKey & { digits: string }>`
    select distinct on (facility, terminal, call) facility, terminal, call, substr(request, length('authorise:') + 1) as digits
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) k(facility text, terminal text, call uuid)
      join answers using (facility, terminal, call)
      where request like 'authorise:%'
      order by facility, terminal, call, at desc`.execute(trx);
  const isTip = (key: CallKey, dialled: string) =>
    hotlines(key.facility)?.some(({ hidden, number }) => hidden && number === dialled) ?? false;
  return new Map(
    rows.flatMap(({ digits, ...key }) => {
      const dialled = numberDialled(digits) ?? digits;
      return isTip(key, dialled) ? [] : [[nameOf(key), dialled] as const];
    }),
  );
}

const cameToNothing = ({ number, hidden, phases }: CallRecord): boolean =>
  number === null && !hidden && phases.some(({ phase }) => phase === 'authorising');
