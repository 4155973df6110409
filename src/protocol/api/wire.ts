import { z } from 'zod';
import { Instant, Millis, type Money } from '../units.ts';

/** A moment as the API tells it (RFC 3339, in UTC). */
export const Moment = z.iso.datetime().meta({ examples: ['2026-03-03T12:00:00.000Z'] });

/** A moment as it is asked for: RFC 3339, of any zone. */
export const MomentAsked = z.iso
  .datetime({ offset: true, error: 'a moment is wanted, as 2026-03-03T12:00:00Z' })
  .transform((text) => Date.parse(text))
  .pipe(Instant);

/**
 * What a change is asked with that may be asked again (Idempotency-Key, draft-ietf-httpapi-idempotency-key-header): an unguessable text of
 * its own for each, in quotes or without.
 */
export const IdempotencyKey = z
  .string()
  .regex(
    /^("[\w.:-]{16,128}"|[\w.:-]{16,128})$/,
    'a text of its own for each change is wanted, 16 characters or more, as a UUID',
  )
  .transform((text) => text.replace(/^"|"$/g, ''))
  .describe('Sent again with the same key within a day, the change is not made again: the answer is that of before');

/** A yes or no in a query. */
export const Flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

/** An amount of US dollars as the API tells it: a decimal with two to six places, so that no program rounds it. */
export const Amount = z
  .string()
  .regex(/^-?\d+\.\d{2,6}$/)
  .meta({ examples: ['25.00', '0.06'] });

export const momentText = (at: Instant): string => new Date(at).toISOString();

export const momentTextOrNull = (at: Instant | null): string | null => (at === null ? null : momentText(at));

/** Millionths of a dollar as `Amount`. */
export function amountText(money: Money): string {
  const whole = Math.trunc(Math.abs(money) / 1_000_000);
  const rest = String(Math.abs(money) % 1_000_000).padStart(6, '0');
  return `${money < 0 ? '-' : ''}${whole}.${rest.replace(/0{1,4}$/, '')}`;
}

/** Part of a list that is read in pieces: `next` goes on after it, as `after` of the next request; null where there is no more. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() });

/** What every list takes. */
export const Paging = z.strictObject({
  limit: z.coerce.number().pipe(z.int().min(1).max(1_000)).default(100).describe('at most so many'),
  after: z.string().max(200).default('').describe('`next` of the piece before'),
});

/** What every list takes whose rows are numbered in the order in which they came. */
export const NumberedPaging = Paging.extend({
  after: z.coerce.number().pipe(z.int().min(0)).default(0).describe('`next` of the piece before'),
});

/** The piece that `rows` are, of which one more was asked for than `limit`; `cursor` names the place of a row. */
export function piece<T>(rows: readonly T[], limit: number, cursor: (row: T) => string) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursor(last) : null };
}

/** One line of text that people write: nothing in it moves a cursor, hides or turns what stands beside it. */
export const Line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'one line of text is wanted, without control characters');

/** How long a call may last: 1 to 99 minutes, in milliseconds. */
export const CallLimit = Millis.min(60_000).max(5_940_000);

/** Why something is done: asked for where others must be able to follow it. */
export const Why = Line(500).describe('why it is done');
