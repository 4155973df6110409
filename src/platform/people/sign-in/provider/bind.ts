import type { StaffId } from '../../../../protocol/api/people.ts';
import type { Instant } from '../../../../protocol/units.ts';
import type { Trx } from '../../../context.ts';
import { activate, actorOf } from '../../staff.ts';
import { leaveTrail } from '../../trail.ts';
import type { Known } from './provider.ts';

/** Who of the staff somebody is; or why he is nobody, in words for him. */
type Found = { readonly staff: StaffId } | { readonly why: string; readonly of: StaffId | null };

/**
 * Whom the provider knows as `known`. He is bound to what the provider calls him when he first comes, found by his e-mail if the provider
 * has verified it: from then on that name counts, and no e-mail.
 */
export async function whoIs(trx: Trx, { issuer, subject, email }: Known, from: string, now: Instant): Promise<Found> {
  const bound = await trx
    .selectFrom('providers_people')
    .innerJoin('staff', 'staff.id', 'providers_people.staff')
    .select(['id', 'state'])
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst();
  if (bound) return bound.state === 'active' ? { staff: bound.id } : { why: WHY.suspended, of: bound.id };
  if (email === null) return { why: WHY.unverified, of: null };
  const person = await trx
    .selectFrom('staff')
    .select(['id', 'state', 'name'])
    .where('email', '=', email)
    .forUpdate()
    .executeTakeFirst();
  if (!person) return { why: WHY.stranger, of: null };
  if (person.state === 'suspended') return { why: WHY.suspended, of: person.id };
  const made = await trx
    .insertInto('providers_people')
    .values({ issuer, subject, staff: person.id })
    .onConflict((on) => on.doNothing())
    .returning('staff')
    .executeTakeFirst();
  if (!made) return { why: WHY.another, of: person.id };
  if (person.state === 'invited') {
    await activate(trx, person.id, person.name);
    await trx.deleteFrom('staff_links').where('staff', '=', person.id).execute();
  }
  const who = await actorOf(trx, person.id, from);
  if (!who) throw new Error('somebody who was bound to a provider is not there');
  await leaveTrail(
    trx,
    null,
    who,
    { what: 'provider.bind', subject: { person: person.id }, after: { issuer, subject } },
    now,
  );
  return { staff: person.id };
}

const WHY = {
  suspended: 'your account here is suspended: ask your administrator',
  unverified: 'your sign-on does not say that your e-mail is verified: ask who runs it',
  stranger: 'nobody has invited your e-mail here: ask an administrator of your facility',
  another: 'your e-mail is bound to another account of your sign-on: ask your administrator to reset your sign-in',
} as const;

/** Forgets what providers call somebody: when he comes next he is found by his e-mail. */
export async function unbind(trx: Trx, staff: StaffId): Promise<void> {
  await trx.deleteFrom('providers_people').where('staff', '=', staff).execute();
}
