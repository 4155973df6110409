import { sql } from 'kysely';
import type { CallerId, FacilityId, PhoneNumber } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';

/** Who put a number on a list because its caller reached it. */
const LEARNED = 'learned';

/** Somebody was reached at a number. */
interface Reached {
  readonly facility: FacilityId;
  readonly caller: CallerId;
  readonly number: PhoneNumber;
}

/** Puts numbers that were reached on their callers' lists, as far as those have room yet. */
export async function learn(trx: Trx, reached: readonly Reached[]): Promise<void> {
  if (reached.length === 0) return;
  const rows = reached.map(({ facility, caller, number }) => ({ facility, caller, number }));
  await sql`
    insert into allowed_numbers (facility, caller, number, privileged, free, digits, recorded, overrides_block, added_by)
      select facility, caller, number, false, false, 'block', true, false, ${LEARNED} from (
        select k.*, r.learns, row_number() over (partition by k.facility, k.caller order by k.number)
            + (select count(*) from allowed_numbers a where a.facility = k.facility and a.caller = k.caller) as place
          from (select distinct * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) k(facility text, caller text, number text)) k
          join number_rules r using (facility)) k
        where place <= learns
        order by facility, caller, number
      on conflict (facility, caller, number) do nothing`.execute(trx);
}
