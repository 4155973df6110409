import { z } from 'zod';
import { VoiceState } from '../../platform/callers/voiceprints/rules.ts';

const at = z.int();

/** What a platform tells of a caller's voice. */
export const Row = z.object({
  caller: z.string(),
  name: z.string(),
  state: VoiceState,
  made: at.nullable(),
  used: at.nullable(),
  waived: z.string().nullable(),
  accepted: z.int(),
  refused: z.int(),
  unjudged: z.int(),
  flagged: z.int(),
  help: z.boolean(),
});

/** What it tells of one that was destroyed. */
export const Destroyed = z.object({
  id: z.int(),
  caller: z.string(),
  why: z.string(),
  at,
  by: z.string(),
  note: z.string().nullable(),
  made: at,
  used: at,
});

/** What it tells of one caller. */
export const One = Row.extend({
  consents: z.array(
    z.looseObject({ at, agreed: z.boolean(), notice: z.int(), language: z.string(), text: z.string() }),
  ),
  waivers: z.array(
    z.looseObject({
      ...{ reason: z.string(), at, by: z.string(), why: z.string().nullable() },
      ...{ lifted: at.nullable(), lifted_by: z.string().nullable() },
    }),
  ),
  tries: z.array(
    z.looseObject({
      ...{ at, terminal: z.string(), task: z.string(), result: z.string(), outcome: z.string() },
      ...{ ratio: z.number().nullable(), threshold: z.number().nullable(), why: z.string().nullable() },
    }),
  ),
  erasures: z.array(Destroyed),
});

const Rate = z.object({ seen: z.int(), of: z.int(), rate: z.number().nullable(), low: z.number(), high: z.number() });

const Fit = z.object({
  ...{ at, set_rate: z.number(), seen_rate: z.number(), used_rate: z.number(), pairs: z.int() },
  ...{ undone: at.nullable(), undone_by: z.string().nullable() },
});

/** What it tells of its fits after one was taken back. */
export const Fits = z.object({ fits: z.array(Fit) });

/** What it tells of its errors. */
export const Rates = z.object({
  days: z.int(),
  checks: z.object({ accepted: z.int(), refused: z.int(), unjudged: z.int() }),
  flagged: z.int(),
  misses: Rate,
  unjudged: Rate,
  falseAccepts: z.object({ set: z.number().nullable(), adapts: z.boolean(), fits: z.array(Fit) }),
});

/** The day of a moment (UTC). */
export const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const minute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** A caller in a line. */
export function rowLine({ caller, name, state, made, used, waived, help, ...checks }: z.infer<typeof Row>): string {
  const how = {
    enrolled: `enrolled ${made === null ? '' : day(made)}, last used ${used === null ? '' : day(used)}`,
    waived: `waived (${waived})`,
    declined: 'has said no',
    none: 'not enrolled',
  }[state];
  const { accepted, refused, unjudged, flagged } = checks;
  const month = [
    `${accepted} accepted`,
    `${refused} refused`,
    ...(unjudged > 0 ? [`${unjudged} not judged`] : []),
    ...(flagged > 0 ? [`${flagged} let go`] : []),
  ].join(', ');
  const asked = accepted + refused + unjudged > 0 ? `; 30 days: ${month}` : '';
  return `${caller}  ${name}: ${how}${asked}${help ? '; refused too often: help him' : ''}`;
}

/** A caller with all that is known, line by line. */
export function oneLines({ consents, waivers, tries, erasures, ...row }: z.infer<typeof One>): string[] {
  return [
    rowLine(row),
    ...waivers.map(
      ({ reason, at, by, why, lifted, lifted_by }) =>
        `waiver ${minute(at)}: ${reason}, by ${by}${why ? `: ${why}` : ''}${lifted === null ? '' : `; lifted ${minute(lifted)} by ${lifted_by}`}`,
    ),
    ...consents.map(
      ({ at, agreed, notice, language, text }) =>
        `notice ${notice} (${language}) ${minute(at)}: ${agreed ? 'yes' : 'no'} to: ${text}`,
    ),
    ...tries.map(({ at, terminal, task, result, outcome, ratio, threshold, why }) => {
      const figures = ratio === null ? '' : `, ratio ${ratio.toFixed(1)} of ${threshold?.toFixed(1)}`;
      return `${task} ${minute(at)} at ${terminal}: ${result}${why ? ` (${why})` : ''}${figures}; ${outcome}`;
    }),
    ...erasures.map(erasureLine),
  ];
}

/** What was destroyed, in a line. */
export const erasureLine = ({ caller, why, at, by, note, made, used }: z.infer<typeof Destroyed>): string =>
  `${caller}: voiceprint of ${day(made)}, last used ${day(used)}, destroyed ${minute(at)} by ${by}: ${why}${note ? ` (${note})` : ''}`;

/** A fit of the rate of false accepts, in a line. */
const fitLine = ({ at, set_rate, seen_rate, used_rate, pairs, undone, undone_by }: z.infer<typeof Fit>): string =>
  `fitted ${minute(at)} by ${pairs} comparisons of its callers with each other: strangers are accepted at ${percent(seen_rate)} where ${percent(set_rate)} is set; ${percent(used_rate)} is used${undone === null ? '' : `; taken back ${minute(undone)} by ${undone_by}`}`;

const percent = (part: number): string => `${(100 * part).toFixed(1)}%`;

/** Rates, and what they are and are not. */
export function rateLines({ days, checks, flagged, misses, unjudged, falseAccepts }: z.infer<typeof Rates>): string[] {
  const rate = ({ seen, of, rate: part, low, high }: z.infer<typeof Rate>) =>
    part === null
      ? 'nothing to tell yet'
      : `${percent(part)} (${seen} of ${of}; 95%: ${percent(low)} to ${percent(high)})`;
  const { accepted, refused } = checks;
  return [
    `${days} days: ${accepted} accepted, ${refused} refused, ${checks.unjudged} not judged, ${flagged} let go`,
    `misses: ${rate(misses)}`,
    '  refusals that were followed by an accepted check of the same caller within an hour; whoever gave up is not in it, and an impostor whom the caller followed is',
    `not judged: ${rate(unjudged)}`,
    ...falseAccepts.fits.map(fitLine),
    falseAccepts.set === null
      ? 'false accepts: the facility asks for no voices'
      : `false accepts: set to ${percent(falseAccepts.set)}; nobody tells a platform of one, so that they cannot be counted here`,
  ];
}
