import { z } from 'zod';
import { BoxSays, ClaimCode } from '../claim.ts';
import { ReplyPublicKey, Thumbprint } from '../keys.ts';
import { FacilityId, TerminalId, UnitId } from '../units.ts';
import { Moment, Why } from './wire.ts';

/** How a box asks for a code: then it tells the nonce that it was bound to, and asks for its voucher until it has it. */
export const BoxPath = z.object({ box: z.uuid() });
export const BoxMet = z.strictObject({ offer: z.string().max(4_096), platform: ReplyPublicKey });
export const BoxOpened = z.strictObject({ waits: z.literal(true) });
export const VoucherAsked = z.strictObject({ proof: z.string().max(4_096) });
/** Null while nobody has typed the code. */
export const VoucherGiven = z.strictObject({ voucher: z.string().max(131_072).nullable() });

/** How a phone asks for a new certificate: by what it is given to sign, and what it signs. */
export const Challenged = z.strictObject({ challenge: z.string().max(1_024) });
export const RenewalAsked = z.strictObject({ renewal: z.string().max(4_096) });
export const CertificateRenewed = z.strictObject({ renewed: z.string().max(131_072) });

/** What a technician types, at the phone. */
export const ClaimWanted = z.strictObject({
  code: ClaimCode.meta({ examples: ['482913'] }),
  /** Which phone of the facility it is; without it, the one that the box was announced for. */
  terminal: TerminalId.optional(),
  /** Where a phone that is new here hangs. */
  unit: UnitId.optional(),
  /** The box takes the place of the one that is there: nothing of that works any more. */
  replace: z.boolean().default(false),
});
export const Claimed = z.strictObject({
  facility: FacilityId,
  unit: UnitId,
  terminal: TerminalId,
  says: BoxSays,
  /** Four digits that the handset asks for, where the box cannot know by itself that this is its platform; else null. */
  answer: z.string().nullable(),
  /** The serial number of the box that was there before; null where there was none. */
  replaced: z.string().nullable(),
});

/** The boxes that are phones of a facility. */
export const Claims = z.strictObject({
  items: z.array(
    z.strictObject({
      terminal: TerminalId,
      says: BoxSays,
      claimed: Moment,
      claimed_by: z.string(),
      /** Null while the box has not come for what it needs. */
      issued: Moment.nullable(),
      /** Until when its certificate at the broker is good, as it was given last; null where it has none. */
      certified_until: Moment.nullable(),
    }),
  ),
});
export const Decommission = z.strictObject({ why: Why });
export const Decommissioned = z.strictObject({ terminal: TerminalId, serial: z.string() });

/** Boxes that are meant for a place before they come. */
export const AnnouncedBox = z.strictObject({ serial: BoxSays.shape.serial, unit: UnitId, terminal: TerminalId });
export type AnnouncedBox = z.infer<typeof AnnouncedBox>;
export const AnnouncedBoxes = z.strictObject({ items: z.array(AnnouncedBox).max(1_000) });

/** Where phones that are new find this platform, and how they know it: what `tierphone.yaml` on their cards says. */
export const PlatformPlace = z.strictObject({ url: z.url(), fingerprint: Thumbprint });
