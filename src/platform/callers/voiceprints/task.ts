import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { CallerId, FacilityId } from '../../../protocol/units.ts';
import type { VoiceTask } from '../../../protocol/voice-check.ts';
import type { Schema } from '../../database/schema.ts';
import { drawn } from './digits.ts';
import { TO_ENROL } from './enrol.ts';
import type { VoiceRules } from './rules.ts';
import type { Enrolling, Verifying } from './under-way.ts';
import { toVerify } from './verify.ts';

/** What is asked of a caller's voice, as he is told it and as it is kept. */
export interface Asked {
  readonly task: VoiceTask;
  readonly state: Verifying | Enrolling;
  /** It is known how he says his name. */
  readonly named: boolean;
  /** Of false accepts: as it is set, or as that was fitted to the facility's handsets. */
  readonly rate: number;
}

/** What he said last when he was asked: a withdrawal is a no; what he said before staff had him asked anew does not count. Null: nothing. */
export const agreedOf = (facility: RawBuilder<unknown>, caller: RawBuilder<unknown>): RawBuilder<boolean | null> => sql`
  (select said.agreed from (
      select at, agreed from voice_consents where facility = ${facility} and caller = ${caller}
      union all
      select at, false from voice_erasures where facility = ${facility} and caller = ${caller} and why = 'withdrawn') said
    where said.at > coalesce((select at from voice_anew where facility = ${facility} and caller = ${caller}), 0)
    order by said.at desc limit 1)`;

interface Stands {
  readonly waived: boolean;
  readonly enrolled: boolean;
  /** He has said his name. */
  readonly named: boolean;
  /** Staff or the site file want him asked. */
  readonly asked: boolean;
  readonly agreed: boolean | null;
  readonly fitted: number | null;
}

/** What a facility's rate was fitted to, where it wants that; null: nothing. */
const fittedOf = (facility: FacilityId, { adapts, falseAccepts }: VoiceRules): RawBuilder<number | null> => sql`
  (select used_rate from voice_adaptations
    where ${adapts === true}::boolean and facility = ${facility} and undone is null and set_rate = ${falseAccepts}::double precision
    order by id desc limit 1)`;

/** What is to be asked of a caller's voice before he may call, in one statement; null: nothing. */
export async function taskOf(
  db: Kysely<Schema>,
  facility: FacilityId,
  caller: CallerId,
  rules: VoiceRules,
): Promise<Asked | null> {
  const { rows } = await sql<Stands>`
    select exists (select 1 from voice_waivers where facility = ${facility} and caller = ${caller} and lifted is null) as waived,
      exists (select 1 from voiceprints where facility = ${facility} and caller = ${caller}) as enrolled,
      exists (select 1 from spoken_names where facility = ${facility} and caller = ${caller}) as named,
      ${fittedOf(facility, rules)} as fitted,
      exists (select 1 from voice_anew where facility = ${facility} and caller = ${caller}) as asked,
      ${agreedOf(sql`${facility}`, sql`${caller}`)} as agreed`.execute(db);
  const {
    waived = false,
    enrolled = false,
    named = false,
    asked = false,
    agreed = null,
    fitted = null,
  } = rows[0] ?? {};
  if (waived) return null;
  const rate = fitted ?? rules.falseAccepts;
  if (enrolled) {
    const say = drawn();
    return { task: { do: 'verify', say }, state: toVerify(say), named, rate };
  }
  if (rules.enrol === 'asked' && !asked) return null;
  const needed = rules.enrol === 'needed';
  // He has said no, and may call all the same: he is not asked at each call.
  if (agreed === false && !needed) return null;
  return { task: { do: 'enrol', needed }, state: TO_ENROL, named, rate };
}
