import { z } from 'zod';
import { OtherVoice, Phase } from '../../src/protocol/call.ts';
import { Lockdown, LockdownMode, LockdownState } from '../../src/protocol/lockdown.ts';
import { Fault } from '../../src/protocol/messages.ts';
import { Instant, Key, Language, Millis, Money } from '../../src/protocol/units.ts';
import type * as world from '../world/port.ts';
import { SPEAKERS } from '../world/port.ts';

const SCOPES = ['facility', 'unit', 'terminal'] as const;

const Mouth = z.enum([...SPEAKERS, 'nobody', 'test-signal']);

const Deed: z.ZodType<world.Deed> = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('lift') }),
  z.strictObject({ do: z.literal('hang-up') }),
  z.strictObject({ do: z.literal('key'), key: Key }),
  z.strictObject({ do: z.literal('volume'), direction: z.enum(['up', 'down']) }),
  z.strictObject({ do: z.literal('hand'), to: Mouth }),
  z.strictObject({ do: z.literal('say-digits'), speaker: z.enum(SPEAKERS) }),
  z.strictObject({
    do: z.literal('callee'),
    act: z.enum(['answer', 'accept', 'refuse', 'block', 'hang-up', 'reject']),
  }),
  z.strictObject({ do: z.literal('callee-digit'), digit: Key }),
  z.strictObject({
    do: z.literal('callee-habit'),
    habit: z.enum(['manual', 'accept', 'refuse', 'block', 'no-answer', 'busy', 'voicemail']),
  }),
  z.strictObject({
    do: z.literal('lockdown'),
    scope: z.enum(SCOPES),
    state: LockdownState,
    mode: LockdownMode,
    reason: z.string().trim().min(1, 'a lockdown needs a reason').max(200),
  }),
  z.strictObject({ do: z.literal('platform'), state: z.enum(['up', 'down']) }),
  z.strictObject({ do: z.literal('unblock') }),
  z.strictObject({ do: z.literal('start-over') }),
]);

/** What a page may send as text: one thing done, numbered by the page so that the answer can name it. */
export const FromPage = z.strictObject({ type: z.literal('deed'), id: z.int().nonnegative(), deed: Deed });
export type FromPage = z.infer<typeof FromPage>;

const Captions = z.array(
  z.strictObject({
    at: Instant,
    who: z.enum(['phone', ...SPEAKERS]),
    language: Language,
    text: z.string(),
  }),
);

const ordered = z.strictObject({ state: LockdownState, mode: LockdownMode });

const Snapshot: z.ZodType<world.Snapshot> = z.strictObject({
  terminal: z.string(),
  facility: z.string(),
  unit: z.string(),
  place: z.strictObject({ name: z.string(), zone: z.string() }),
  hook: z.enum(['on', 'off']),
  phase: Phase,
  language: Language.nullable(),
  talked: Millis.nullable(),
  left: Millis.nullable(),
  balance: Money.nullable(),
  mos: z.number().nullable(),
  otherVoice: OtherVoice.nullable(),
  ending: z.string().nullable(),
  mouth: Mouth,
  asked: z.string().nullable(),
  captions: z.strictObject({ caller: Captions, callee: Captions }),
  blocking: z.boolean(),
  recording: z.enum(['recorded', 'not-recorded', 'private']).nullable(),
  callee: z.enum(['idle', 'ringing', 'answered', 'accepted']),
  calleeHabit: z.string(),
  lockdown: Lockdown,
  lockdowns: z.strictObject({ facility: ordered, unit: ordered, terminal: ordered }),
  faults: z.array(Fault),
  link: z.enum(['up', 'down']),
  registration: z.string(),
  platform: z.enum(['up', 'down']),
  controlRoom: z.boolean(),
  canStartOver: z.boolean(),
  tryThis: z.array(
    z.strictObject({
      ...{ name: z.string(), pin: z.string(), number: z.string(), note: z.string() },
      voice: z.enum(SPEAKERS).nullable(),
    }),
  ),
});

const TimelineEntry: z.ZodType<world.TimelineEntry> = z.strictObject({
  at: Instant,
  since: Millis.nullable(),
  source: z.enum(['hardware', 'core', 'sound', 'sip', 'platform', 'callee', 'staff']),
  text: z.string(),
  tag: z.string(),
});

const MqttSeen: z.ZodType<world.MqttSeen> = z.strictObject({
  at: Instant,
  topic: z.string(),
  retained: z.boolean(),
  payload: z.string(),
});

const LedgerLine: z.ZodType<world.LedgerLine> = z.strictObject({
  call: z.string(),
  lifted: Instant,
  caller: z.string().nullable(),
  number: z.string().nullable(),
  talked: Millis,
  ending: z.string(),
  during: z.string(),
  bound: z.string().nullable(),
  privileged: z.boolean(),
  charged: Money,
});

/** What the server sends as text. `welcome` is first on every connection and is the whole state: a page that was cut off starts over from it. */
export const ToPage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('welcome'),
    snapshot: Snapshot.nullable(),
    timeline: z.array(TimelineEntry),
    mqtt: z.array(MqttSeen),
    ledger: z.array(LedgerLine),
  }),
  z.strictObject({ type: z.literal('snapshot'), snapshot: Snapshot }),
  z.strictObject({ type: z.literal('timeline'), entry: TimelineEntry }),
  z.strictObject({ type: z.literal('mqtt'), message: MqttSeen }),
  z.strictObject({ type: z.literal('ledger'), lines: z.array(LedgerLine) }),
  /** The deed of that number is done. */
  z.strictObject({ type: z.literal('done'), id: z.int() }),
  /** It is not, or a message made no sense (`id` null): why, in one line. */
  z.strictObject({ type: z.literal('refused'), id: z.int().nullable(), line: z.string() }),
]);
export type ToPage = z.infer<typeof ToPage>;
