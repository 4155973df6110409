import { z } from 'zod';

/** A span of time in whole milliseconds. */
export const Millis = z.int().nonnegative().brand<'Millis'>();
export type Millis = z.infer<typeof Millis>;

/** A moment, in milliseconds since 1970-01-01T00:00:00Z; none is later than a date can be (ECMA-262 21.4.1.1). */
export const Instant = z.int().nonnegative().max(8_640_000_000_000_000).brand<'Instant'>();
export type Instant = z.infer<typeof Instant>;

/** An amount in millionths of a US dollar; may be negative in a posting, never in a balance. */
export const Money = z.int().brand<'Money'>();
export type Money = z.infer<typeof Money>;

/** A number as the network dials it: E.164 with its plus sign (ITU-T E.164, at most 15 digits). */
export const PhoneNumber = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, 'a number in international form is wanted, as +12025550123')
  .brand<'PhoneNumber'>();
export type PhoneNumber = z.infer<typeof PhoneNumber>;

const name = (what: string) =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, `${what}: letters, digits, - and _ are allowed, 63 at most`);

export const FacilityId = name('facility').brand<'FacilityId'>();
export type FacilityId = z.infer<typeof FacilityId>;

export const UnitId = name('unit').brand<'UnitId'>();
export type UnitId = z.infer<typeof UnitId>;

export const TerminalId = name('terminal').brand<'TerminalId'>();
export type TerminalId = z.infer<typeof TerminalId>;

/** An inmate as the platform knows him; not his PIN. */
export const CallerId = name('caller').brand<'CallerId'>();
export type CallerId = z.infer<typeof CallerId>;

/** One lift of one handset: the key of its record and of its credit-control session (RFC 8506 Session-Id). */
export const CallId = z.uuid().brand<'CallId'>();
export type CallId = z.infer<typeof CallId>;

export const LANGUAGES = ['en', 'es'] as const;
export const Language = z.enum(LANGUAGES);
export type Language = z.infer<typeof Language>;

export const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;
export const Key = z.enum(KEYS);
export type Key = z.infer<typeof Key>;

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** A duration as people write it in a file: `500ms`, `8s`, `15m`, `2h`. */
export const Duration = z
  .string()
  .regex(/^\d{1,9}(ms|s|m|h)$/, 'a duration is wanted, as 500ms, 8s, 15m or 2h')
  .transform((text) => {
    const unit = text.replace(/^\d+/, '') as keyof typeof UNIT_MS;
    return (Number.parseInt(text, 10) * UNIT_MS[unit]) as Millis;
  });

/** A span of time as `Duration` reads it, in the largest unit of which it is a whole number. */
export function durationText(span: Millis): string {
  for (const unit of ['h', 'm', 's'] as const)
    if (span > 0 && span % UNIT_MS[unit] === 0) return `${span / UNIT_MS[unit]}${unit}`;
  return `${span}ms`;
}

/** An amount as people write it in a file: dollars with up to six decimals, `0.06`, `25`. */
export const Dollars = z
  .string()
  .regex(/^\d{1,7}(\.\d{1,6})?$/, 'an amount in dollars is wanted, as "25.00" or "0.06"')
  .transform((text) => Math.round(Number(text) * 1_000_000) as Money);

export const millis = (n: number): Millis => Math.max(0, Math.round(n)) as Millis;
export const after = (at: Instant, span: Millis): Instant => (at + span) as Instant;
/** Time from `from` to `to`, zero where `to` is earlier. */
export const between = (from: Instant, to: Instant): Millis => Math.max(0, to - from) as Millis;
