import { z } from 'zod';
import { VoiceRules } from '../../src/platform/callers/voiceprints/rules.ts';
import { Bound, EndingReason } from '../../src/protocol/call.ts';
import { LockdownMode, LockdownState } from '../../src/protocol/lockdown.ts';
import { Dollars, Duration, type Millis } from '../../src/protocol/units.ts';
import { inWords } from '../../src/protocol/words.ts';
import { CallRules } from '../../src/terminal/call/settings.ts';
import { SPEAKERS } from '../world/port.ts';

const Habit = z.enum(['manual', 'accept', 'refuse', 'block', 'no-answer', 'busy', 'voicemail']);

/** One line of a scenario: something done, or something that must come about before the next line. */
export const ScenarioStep = z.union([
  z.enum(['lift', 'hang-up']),
  /** Keys pressed one after another, 80 ms apart. */
  z.strictObject({ keys: z.string().regex(/^[0-9*#]{1,40}$/, 'keys are 0-9, * and #') }),
  /** A tag of the timeline; those passed over on the way are as they may. */
  z.strictObject({ expect: z.string().min(1), within: Duration.default(20_000 as Millis) }),
  z.strictObject({ wait: Duration }),
  /** Somebody takes the handset, in a voice of `sim/site/voices`: he answers where digits are asked for, and talks in a call. */
  z.strictObject({ hand: z.enum([...SPEAKERS, 'nobody', 'test-signal']) }),
  /** Says the digits that are asked for, or will be next, whoever has the handset. */
  z.strictObject({ 'say-digits': z.enum(SPEAKERS) }),
  /** Says a WAV file (16 bit, mono, 16 or 8 kHz) into the mouthpiece; its path is relative to the scenario. */
  z.strictObject({ say: z.string() }),
  z.strictObject({ callee: z.enum(['answer', 'accept', 'refuse', 'block', 'hang-up', 'reject']) }),
  z.strictObject({ habit: Habit }),
  z.strictObject({
    lockdown: z.enum(['facility', 'unit', 'terminal']),
    state: LockdownState.default('lockdown'),
    mode: LockdownMode.default('drain'),
  }),
  z.strictObject({ platform: z.enum(['up', 'down']) }),
]);
export type ScenarioStep = z.infer<typeof ScenarioStep>;

/** What must be so when all steps are through. */
const Outcome = z.strictObject({
  /** The records the platform has, oldest first; each names what it is held to. */
  records: z.array(
    z.strictObject({
      ending: EndingReason,
      bound: Bound.optional(),
      during: z.string().optional(),
      /** Dollars charged: an exact amount, or the least and the most. */
      charged: z.union([Dollars, z.tuple([Dollars, Dollars])]).optional(),
      /** Talk between these. */
      talked: z.tuple([Duration, Duration]).optional(),
      privileged: z.boolean().optional(),
    }),
  ),
  /** Tags that must not have come up at all. */
  never: z.array(z.string()).default([]),
});

/** A file of `sim/scenarios`: a world, what is done in it, and what must come of it. */
export const Scenario = z.strictObject({
  name: z.string().min(1).max(100),
  /** Rules of the terminal that differ from the defaults, written as under `call:` of its configuration. */
  call: z
    .record(z.string(), z.json())
    .superRefine((rules, context) => {
      for (const { message, path } of CallRules.safeParse(rules, { error: inWords }).error?.issues ?? []) {
        context.addIssue({ code: 'custom', message, path });
      }
    })
    .default({}),
  /** Dollars in the family's account instead of the demonstration's. */
  balance: Dollars.optional(),
  /** What is asked of voices: the facility's block, and who is enrolled or asked to enrol. */
  voices: z
    .strictObject({
      facility: VoiceRules,
      enrolled: z.array(z.enum(SPEAKERS)).default([]),
      asked: z.array(z.enum(SPEAKERS)).default([]),
    })
    .optional(),
  habit: Habit.default('manual'),
  steps: z.array(ScenarioStep).min(1).max(200),
  outcome: Outcome,
});
export type Scenario = z.infer<typeof Scenario>;
