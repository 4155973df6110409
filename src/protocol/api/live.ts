import { z } from 'zod';
import { EndingReason, Phase } from '../call.ts';
import { Lockdown } from '../lockdown.ts';
import { Fault } from '../messages.ts';
import { TestSummary } from '../self-test.ts';
import { CallerId, CallId, FacilityId, PhoneNumber, TerminalId, UnitId } from '../units.ts';
import { Alert } from './alerts.ts';
import { Amount, Moment } from './wire.ts';

export const FacilityPath = z.object({ facility: FacilityId });

/** The call of a phone, as the platform knows it. */
const LiveCall = z.strictObject({
  call: CallId,
  caller: CallerId.nullable(),
  name: z.string().nullable(),
  /** Null until it is dialled, and where the asker may not see it. */
  number: PhoneNumber.nullable(),
  pays: z.enum(['free', 'prepaid', 'debit']).nullable(),
  /** Each minute. */
  rate: Amount.nullable(),
  privileged: z.boolean(),
  recorded: z.boolean(),
  /** When the talk began, and the latest moment at which it ends. */
  accepted: Moment.nullable(),
  ends: Moment.nullable(),
});

/** One phone as it is now. */
export const LivePhone = z.strictObject({
  terminal: TerminalId,
  unit: UnitId,
  /** Null: nothing was ever heard of it. */
  online: z.boolean().nullable(),
  /** Since when it is as it is. */
  since: Moment.nullable(),
  hook: z.enum(['on', 'off']).nullable(),
  phase: Phase.nullable(),
  /** Until the handset is down: why the call ended, or was not to be. */
  ending: EndingReason.nullable(),
  lockdown: Lockdown.nullable(),
  faults: z.array(Fault),
  registration: z.enum(['registered', 'unregistered', 'not-used']).nullable(),
  /** Somebody else than the caller has the handset, as far as can be heard. */
  otherVoice: z.boolean(),
  /** How well the call is heard, 1 to 5. */
  mos: z.number().nullable(),
  recordsWaiting: z.int(),
  version: z.string().nullable(),
  /** Sequence of its facility's settings that it has; 0: none that were set centrally. */
  settings: z.int().nullable(),
  /** Sequence of the last order obeyed, by `issuer scope`. */
  orders: z.record(z.string(), z.int()),
  /** Its last self-test. */
  test: TestSummary.omit({ ended: true }).extend({ ended: Moment }).nullable(),
  call: LiveCall.nullable(),
});
export type LivePhone = z.infer<typeof LivePhone>;

/** What the stream of a facility tells: all phones at first, then each that has changed. */
export const LiveEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('all'), at: Moment, phones: z.array(LivePhone) }),
  z.strictObject({ type: z.literal('changed'), at: Moment, phones: z.array(LivePhone) }),
  /** Whether what phones say comes to the platform; while it does not, what is shown is what was. */
  z.strictObject({ type: z.literal('link'), at: Moment, state: z.enum(['up', 'down']) }),
  /** So many alerts are open, and the last that happened; at first, and whenever they are others than before. */
  z.strictObject({
    ...{ type: z.literal('alerts'), at: Moment },
    ...{ open: z.int().min(0), latest: Alert.nullable() },
  }),
  /** A phone did not obey an order. */
  z.strictObject({ type: z.literal('order-refused'), at: Moment, terminal: TerminalId, reason: z.string() }),
]);
export type LiveEvent = z.infer<typeof LiveEvent>;
