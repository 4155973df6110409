import { z } from 'zod';
import type { Hotline } from '../../protocol/messages.ts';
import { DIGITS_DIFFER, digitsDiffer, PhoneSettings, USUAL_SETTINGS as USUAL } from '../../protocol/phone-settings.ts';
import { Duration, type FacilityId, type Millis, type TerminalId, type UnitId } from '../../protocol/units.ts';

const { languages, pinLength, pinTries, stallTries, acceptDigit, levels } = PhoneSettings.shape;

/**
 * The part of a terminal's configuration that the call flow obeys, as written under `call:`. What is in `PhoneSettings` too holds
 * until the facility's settings have come, which go before it.
 */
export const CallRules = z
  .strictObject({
    languages: languages.default([...USUAL.languages]),
    pinLength: pinLength.default(USUAL.pinLength),
    pinTries: pinTries.default(USUAL.pinTries),
    stall: Duration.default(USUAL.stall),
    stallTries: stallTries.default(USUAL.stallTries),
    /** Between two digits of a number; afterwards what was keyed is dialled. */
    interDigit: Duration.default(4_000 as Millis),
    /** An answer of the platform is waited for this long (RFC 8506 Tx timer). */
    reply: Duration.default(10_000 as Millis),
    /** A spoken answer is listened to this long at most. */
    answer: Duration.default(8_000 as Millis),
    ring: Duration.default(USUAL.ring),
    accept: Duration.default(USUAL.accept),
    acceptDigit: acceptDigit.default(USUAL.acceptDigit),
    refuseDigit: acceptDigit.default(USUAL.refuseDigit),
    rateDigit: acceptDigit.default(USUAL.rateDigit),
    blockDigit: acceptDigit.default(USUAL.blockDigit),
    blockAllDigit: acceptDigit.default(USUAL.blockAllDigit),
    limit: Duration.default(USUAL.limit),
    warnings: z.array(Duration).max(3).default(USUAL.warnings),
    /** More quota is asked for when this much is left. */
    extendBefore: Duration.default(150_000 as Millis),
    /** Volume steps, dB; the first is what each call starts with. */
    volumeSteps: z.array(z.number().min(-20).max(30)).min(1).default([0, 6, 12, 16, 20]),
    levels: levels.default(USUAL.levels),
  })
  .refine(digitsDiffer, { error: DIGITS_DIFFER });
export type CallRules = z.infer<typeof CallRules>;

/** By what calls are made: as the core is told at its start, and by the facility since. */
export interface Settings {
  readonly facility: FacilityId;
  readonly unit: UnitId;
  readonly terminal: TerminalId;
  readonly rules: CallRules;
  readonly hotlines: readonly Hotline[];
  /** A technician may have the phone by a code. */
  readonly maintenance: boolean;
}
