import { z } from 'zod';
import type { Hotline } from '../../protocol/messages.ts';
import {
  Duration,
  type FacilityId,
  Language,
  type Millis,
  type TerminalId,
  type UnitId,
} from '../../protocol/units.ts';

const digit = z.string().regex(/^[0-9]$/, 'one digit is wanted, as "1"');

const DIGITS = ['acceptDigit', 'refuseDigit', 'rateDigit', 'blockDigit', 'blockAllDigit'] as const;

/** The part of a terminal's configuration that the call flow obeys, as written under `call:`. */
export const CallRules = z
  .strictObject({
    languages: z.array(Language).min(1).default(['en', 'es']),
    /** A PIN is complete at this many digits; # completes a shorter one. */
    pinLength: z.int().min(4).max(16).default(8),
    /** Wrong PINs in one lift before the call ends. */
    pinTries: z.int().min(1).max(10).default(3),
    /** A caller who does nothing is asked again, and after `stallTries` times let go. */
    stall: Duration.default(10_000 as Millis),
    stallTries: z.int().min(1).max(5).default(2),
    /** Between two digits of a number; afterwards what was keyed is dialled. */
    interDigit: Duration.default(4_000 as Millis),
    /** An answer of the platform is waited for this long (RFC 8506 Tx timer). */
    reply: Duration.default(10_000 as Millis),
    /** A spoken answer is listened to this long at most. */
    answer: Duration.default(8_000 as Millis),
    ring: Duration.default(45_000 as Millis),
    /** From answer to acceptance. */
    accept: Duration.default(60_000 as Millis),
    acceptDigit: digit.default('1'),
    refuseDigit: digit.default('2'),
    rateDigit: digit.default('3'),
    /** Takes a second press, which blocks this caller; with a privileged number a third. */
    blockDigit: digit.default('9'),
    /** Pressed after the block digit: blocks all callers of the facility. */
    blockAllDigit: digit.default('8'),
    /** The terminal's own limit on talk. */
    limit: Duration.default(900_000 as Millis),
    /** Time left at which both parties are warned. */
    warnings: z
      .array(Duration)
      .max(3)
      .default([60_000 as Millis]),
    /** More quota is asked for when this much is left. */
    extendBefore: Duration.default(150_000 as Millis),
    /** Volume steps, dB; the first is what each call starts with. */
    volumeSteps: z.array(z.number().min(-20).max(30)).min(1).default([0, 6, 12, 16, 20]),
  })
  .refine((rules) => new Set(DIGITS.map((name) => rules[name])).size === DIGITS.length, {
    error: `${DIGITS.join(', ')}: each wants a digit of its own`,
  });
export type CallRules = z.infer<typeof CallRules>;

/** All that the core is told when it starts. */
export interface Settings {
  readonly facility: FacilityId;
  readonly unit: UnitId;
  readonly terminal: TerminalId;
  readonly rules: CallRules;
  readonly hotlines: readonly Hotline[];
  /** A technician may have the phone by a code. */
  readonly maintenance: boolean;
}
