import { z } from 'zod';
import { CallerId, FacilityId, TerminalId } from '../units.ts';
import { Amount, Flag } from './wire.ts';

/** What a site file says something of. */
export const SiteThing = z.enum([
  ...(['facility', 'unit', 'phone', 'rate', 'account', 'payer', 'allow', 'block'] as const),
  ...(['caller', 'number', 'waiver', 'invitation'] as const),
]);
export type SiteThing = z.infer<typeof SiteThing>;

/** One of them that is otherwise in the file than in the platform. */
const SiteDiffers = z.strictObject({
  name: z.string(),
  how: z.enum(['added', 'changed', 'removed']),
  /** What of it is otherwise, where it is changed. */
  fields: z.array(z.string()),
});
export type SiteDiffers = z.infer<typeof SiteDiffers>;

/** What comes of one kind of thing. */
const SiteChange = z.strictObject({
  what: SiteThing,
  added: z.int(),
  changed: z.int(),
  removed: z.int(),
  /** The first 50 of them. */
  first: z.array(SiteDiffers),
});
export type SiteChange = z.infer<typeof SiteChange>;

/** What is taken away: it is done only where that is said. */
const SiteLosses = z.strictObject({
  /** Callers whom the file does not name any more: nobody can be them. */
  callers: z.int(),
  /** The first 50 of them, with what is theirs. */
  first: z.array(z.strictObject({ caller: CallerId, name: z.string(), balance: Amount, voiceprint: z.boolean() })),
  /** Money on their own accounts, which stays theirs. */
  owed: Amount,
  /** Prints of their voices, which are destroyed. */
  voiceprints: z.int(),
  phones: z.array(TerminalId),
});
export type SiteLosses = z.infer<typeof SiteLosses>;

/** What a site file changes, or has changed. */
export const SiteReport = z.strictObject({
  facility: FacilityId,
  /** False: nothing was written. */
  done: z.boolean(),
  /** Whether the platform has not known the facility before. */
  isNew: z.boolean(),
  /** All that differs, by its kind; nothing where the platform is as the file says. */
  changes: z.array(SiteChange),
  losses: SiteLosses,
  /** Opening balances that are paid in. */
  paidIn: Amount,
  /** The same for people, line by line. */
  words: z.array(z.string()),
});
export type SiteReport = z.infer<typeof SiteReport>;

export const SiteAsked = z.strictObject({
  dryRun: Flag.describe('what it would change is told, and nothing is written'),
  takeAway: Flag.describe('callers and phones that the file does not name may go: without it that is refused'),
});
