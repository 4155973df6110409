import { z } from 'zod';
import { CallsADay, Wait } from '../../protocol/api/callers.ts';
import { Holidays, Hours } from '../../protocol/api/hours.ts';
import { Pattern } from '../../protocol/api/pattern.ts';
import {
  CallerId,
  Dollars,
  Duration,
  FacilityId,
  Language,
  type Money,
  PhoneNumber,
  TerminalId,
  UnitId,
} from '../../protocol/units.ts';
import { FiledPin, isHashed } from '../callers/filed-pin.ts';
import { CallerVoice, VoiceRules } from '../callers/voiceprints/rules.ts';
import { weakness } from '../callers/weak.ts';

const text = (max: number) => z.string().trim().min(1).max(max);
/** How long a call may last, 1 to 99 minutes. */
const Limit = Duration.refine((ms) => ms >= 60_000 && ms <= 5_940_000, 'a limit of 1m to 99m is wanted');

const Facility = z.strictObject({
  id: FacilityId,
  name: text(120),
  /** IANA name, as America/Chicago. */
  timeZone: z.string().refine(isTimeZone, 'an IANA time zone is wanted, as America/Chicago'),
  /** `open`: whatever is not blocked. `listed`: only what is on the caller's list or allowed to all. */
  dialling: z.enum(['open', 'listed']),
  limit: Limit,
  /** Leading digits of a PIN that name the caller; the rest is his passcode. */
  pinIdLength: z.int().min(2).max(12).default(4),
  hours: Hours.optional(),
  /** Days on which it has other hours, or none. */
  holidays: Holidays.optional(),
  recorded: z.boolean().default(true),
  /** Whether callers are known by their voices too. Left out: nothing is asked of them. */
  voice: VoiceRules.optional(),
});

const Unit = z.strictObject({
  id: UnitId,
  limit: Limit.optional(),
  hours: Hours.optional(),
  /** A terminal that stands in no unit is answered by nothing but an error. */
  terminals: z.array(TerminalId).max(500).default([]),
});

const AllowedNumber = z.strictObject({
  number: PhoneNumber,
  /** Attorney, clergy, consulate. */
  privileged: z.boolean().default(false),
  free: z.boolean().default(false),
  limit: Limit.optional(),
  digits: z.enum(['pass', 'block']).default('block'),
  recorded: z.boolean().default(true),
  /** May be called though the facility, security or billing blocks it; never where the called party does. */
  overridesBlock: z.boolean().default(false),
});

const Caller = z.strictObject({
  id: CallerId,
  name: text(120),
  language: Language.optional(),
  /** Id and passcode as one string of digits, of which keyed hashes alone are kept; or those. */
  pin: FiledPin,
  /** Where he is housed; left out: where staff moved him. He may call from any phone. */
  unit: UnitId.optional(),
  limit: Limit.optional(),
  hours: Hours.optional(),
  /** So many calls he may have a day; left out: as many as he likes. */
  callsADay: CallsADay.optional(),
  /** How long he waits after a call, 1 minute to 24 hours. */
  wait: Duration.refine((ms) => Wait.safeParse(ms).success, 'a wait of 1m to 24h is wanted').optional(),
  suspended: z.boolean().default(false),
  voice: CallerVoice.optional(),
  numbers: z.array(AllowedNumber).max(100).default([]),
  /** His own account, usable for any number he may call. */
  debit: z.strictObject({ opening: Dollars.default(0 as Money) }).optional(),
});

const Block = z
  .strictObject({
    pattern: Pattern,
    kind: z.enum(['facility', 'security', 'billing', 'called-party']),
    note: text(500).optional(),
  })
  .refine((b) => b.kind !== 'facility' || b.note !== undefined, {
    path: ['note'],
    error: 'a facility block needs a note that says why',
  });

const Allow = z.strictObject({
  pattern: Pattern,
  privileged: z.boolean().default(false),
  free: z.boolean().default(false),
});

const Prepaid = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'letters, digits, - and _ are allowed, 63 at most'),
  name: text(120),
  /** Calls to any of these are paid from this account. */
  numbers: z.array(PhoneNumber).min(1).max(50),
  opening: Dollars.default(0 as Money),
});

const Rate = z.strictObject({
  /** In force from the start of this day, facility time. */
  from: z.iso.date('a date is wanted, as 2026-04-06'),
  /** Leading part of the number; the longest that fits counts. Empty: every number. */
  prefix: z
    .string()
    .regex(/^(\+\d{1,14})?$/, 'a prefix in international form is wanted, as +1202, or nothing')
    .default(''),
  /** Dollars a minute, and what the facility adds. */
  perMinute: Dollars,
  facilityAdds: Dollars.default(0 as Money),
});

/** Who made what a site file says, as rows name it. */
export const SITE_FILE = 'site file';

const UNMARKED = 'a PIN in digits is wanted: the file does not say under what its hashes were made (pins:)';

/** All that is known of one facility, as its file says. Importing it again changes what differs. */
export const Site = z
  .strictObject({
    facility: Facility,
    /** Of a file that has hashes in place of PINs: under what they were made. Another platform, facility or length of ids takes none of them. */
    pins: z.string().max(64).optional(),
    units: z.array(Unit).min(1).max(500),
    callers: z.array(Caller).max(100_000).default([]),
    blocks: z.array(Block).max(100_000).default([]),
    allows: z.array(Allow).max(10_000).default([]),
    accounts: z.array(Prepaid).max(200_000).default([]),
    rates: z.array(Rate).max(2_000).default([]),
  })
  .superRefine((site, context) => {
    const twice = (what: string, values: readonly string[]) => {
      const seen = new Set<string>();
      for (const value of values) {
        if (seen.has(value)) context.addIssue({ code: 'custom', message: `${what} ${value} is there twice` });
        seen.add(value);
      }
    };
    const { pinIdLength } = site.facility;
    twice(
      'unit',
      site.units.map((u) => u.id),
    );
    twice(
      'terminal',
      site.units.flatMap((u) => u.terminals),
    );
    twice(
      'caller',
      site.callers.map((c) => c.id),
    );
    twice(
      'account',
      site.accounts.map((a) => a.id),
    );
    twice(
      'prepaid number',
      site.accounts.flatMap((a) => a.numbers),
    );
    twice(
      'rate from',
      site.rates.map((r) => `${r.from} for ${r.prefix || 'every number'}`),
    );
    const pins = new Map<string, string>();
    const units = new Set(site.units.map((unit) => unit.id));
    site.callers.forEach((caller, i) => {
      if (caller.unit !== undefined && !units.has(caller.unit))
        context.addIssue({
          ...{ code: 'custom', path: ['callers', i, 'unit'] },
          message: `caller ${caller.id}: there is no unit ${caller.unit} in this file`,
        });
      twice(
        `caller ${caller.id}: number`,
        caller.numbers.map((n) => n.number),
      );
      const path = ['callers', i, 'pin'];
      if (isHashed(caller.pin)) {
        if (site.pins === undefined) context.addIssue({ code: 'custom', path, message: UNMARKED });
        return;
      }
      if (caller.pin.length < pinIdLength + 4)
        context.addIssue({
          code: 'custom',
          path,
          message: `an id of ${pinIdLength} and a passcode of at least 4 digits is wanted`,
        });
      const id = caller.pin.slice(0, pinIdLength);
      const weak = weakness(caller.pin.slice(pinIdLength), [id, caller.id.replace(/\D/g, '')]);
      if (weak)
        context.addIssue({
          code: 'custom',
          path,
          message: `caller ${caller.id}: a passcode that is not easily guessed is wanted: ${weak}`,
        });
      const other = pins.get(id);
      // Which digits they share is not told: PINs are in no message.
      if (other)
        context.addIssue({ code: 'custom', path, message: `callers ${other} and ${caller.id} have the same PIN id` });
      pins.set(id, caller.id);
    });
  });
export type Site = z.infer<typeof Site>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
