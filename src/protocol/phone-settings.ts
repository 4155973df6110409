import { z } from 'zod';
import type { ReplyPrivateKey, ReplyPublicKey } from './keys.ts';
import { among, sign, verify } from './signed.ts';
import { FacilityId, Instant, Language, Millis } from './units.ts';

const SETTINGS = { typ: 'tierphone-settings', audience: 'tierphone-terminal' };

const digit = z.string().regex(/^[0-9]$/, 'one digit is wanted, as "1"');
const seconds = (least: number, most: number) =>
  Millis.min(least * 1_000, `at least ${least} s`).max(most * 1_000, `at most ${most} s`);
const decibels = z.number().min(-30).max(20);

const DIGITS = ['acceptDigit', 'refuseDigit', 'rateDigit', 'blockDigit', 'blockAllDigit'] as const;

/** Whether each of the called party's digits has one meaning. */
export const digitsDiffer = (rules: Readonly<Record<(typeof DIGITS)[number], string>>): boolean =>
  new Set(DIGITS.map((name) => rules[name])).size === DIGITS.length;
export const DIGITS_DIFFER = `${DIGITS.join(', ')}: each wants a digit of its own`;

/** How loud people and prompts are in one ear, dB: 0 as they come. */
const Levels = z.strictObject({ voice: decibels, prompt: decibels });

/** What a facility says of how its phones treat every call: all that is not one phone's hardware, exchange or broker. */
export const PhoneSettings = z
  .strictObject({
    /** In the order in which they are offered. */
    languages: z
      .array(Language)
      .min(1)
      .max(8)
      .refine((all) => new Set(all).size === all.length, 'a language is there twice'),
    /** A PIN is complete at this many digits; # completes a shorter one. */
    pinLength: z.int().min(4).max(16),
    /** Wrong PINs in one lift before the call ends. */
    pinTries: z.int().min(1).max(10),
    /** A caller who does nothing is asked again after so long, and after `stallTries` times let go. */
    stall: seconds(3, 120),
    stallTries: z.int().min(1).max(5),
    ring: seconds(10, 180),
    /** From answer to acceptance. */
    accept: seconds(10, 300),
    acceptDigit: digit,
    refuseDigit: digit,
    rateDigit: digit,
    /** Takes a second press, which blocks this caller; with a privileged number a third. */
    blockDigit: digit,
    /** Pressed after the block digit: blocks all callers of the facility. */
    blockAllDigit: digit,
    /** The phones' own limit on talk. */
    limit: seconds(60, 14_400),
    /** Time left at which both parties are warned. */
    warnings: z.array(seconds(1, 3_600)).max(3),
    levels: z.strictObject({ caller: Levels, callee: Levels }),
  })
  .refine(digitsDiffer, { error: DIGITS_DIFFER });
export type PhoneSettings = z.infer<typeof PhoneSettings>;

const AS_THEY_COME = { voice: 0, prompt: 0 };

/** What phones do where nobody has said otherwise. */
export const USUAL_SETTINGS = {
  languages: ['en', 'es'],
  pinLength: 8,
  pinTries: 3,
  stall: 10_000 as Millis,
  stallTries: 2,
  ring: 45_000 as Millis,
  accept: 60_000 as Millis,
  acceptDigit: '1',
  refuseDigit: '2',
  rateDigit: '3',
  blockDigit: '9',
  blockAllDigit: '8',
  limit: 900_000 as Millis,
  warnings: [60_000 as Millis],
  levels: { caller: AS_THEY_COME, callee: AS_THEY_COME },
} satisfies PhoneSettings;

/** The settings of a facility's phones, as they stand on its topic. */
export const CentralSettings = z.strictObject({
  facility: FacilityId,
  /** Grows with every change. */
  sequence: z.int().positive(),
  since: Instant,
  settings: PhoneSettings,
});
export type CentralSettings = z.infer<typeof CentralSettings>;

/** Signs, as the platform, the settings of a facility. */
export const signSettings = (settings: CentralSettings, key: ReplyPrivateKey): Promise<string> =>
  sign(SETTINGS, CentralSettings.parse(settings), key);

/** The settings that `jws` carries, when one of the platform's keys signed them; facility and sequence are the receiver's to check. @throws SignatureError */
export async function verifySettings(jws: string, keys: readonly ReplyPublicKey[]): Promise<CentralSettings> {
  return (await verify(SETTINGS, jws, among(keys, 'signed by nobody who is the platform here'), CentralSettings))
    .content;
}
