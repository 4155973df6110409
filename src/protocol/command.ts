import { z } from 'zod';
import { Issuer } from './keys.ts';
import { Part } from './self-test.ts';
import { FacilityId, Instant, TerminalId } from './units.ts';

/** What staff can have one terminal do, now. */
export const Command = z.discriminatedUnion('type', [
  /**
   * A self-test; its progress and its result come as events. `start` takes the phone, `skip` passes over the part that is being
   * looked at, `yes` and `no` answer what the person at the phone is asked, `stop` ends it.
   */
  z.strictObject({
    type: z.literal('self-test'),
    do: z.enum(['start', 'skip', 'yes', 'no', 'stop']),
    /** With `start`: what is looked at. */
    parts: z.array(Part).min(1).max(Part.options.length).exactOptional(),
  }),
  /** What is wrong, as an event. */
  z.strictObject({ type: z.literal('doctor') }),
  /** The process ends and is started again. Refused while a call is up, unless `now`, which ends it. */
  z.strictObject({ type: z.literal('restart'), now: z.boolean() }),
  /** Ends the call that is up. */
  z.strictObject({ type: z.literal('cut-off') }),
]);
export type Command = z.infer<typeof Command>;

/** No command may be good for longer, so that none lies in wait at a broker. */
export const LONGEST_COMMAND = 600_000;

/** A signed command on `terminals/<id>/commands`. */
export const CommandOrder = z
  .strictObject({
    facility: FacilityId,
    terminal: TerminalId,
    command: Command,
    issuer: Issuer,
    /** Grows with every command of an issuer to a terminal: a lower or equal one is a replay. */
    sequence: z.int().positive(),
    at: Instant,
    /** After this moment it is not obeyed. */
    exp: Instant,
  })
  .refine(({ at, exp }) => exp > at && exp - at <= LONGEST_COMMAND, 'a command is good for ten minutes at most');
export type CommandOrder = z.infer<typeof CommandOrder>;
