import type { CallerVoice, Erasure, Fit, OneVoice, VoiceRates } from '../../protocol/api/voices.ts';

/** The day of a moment (UTC). */
export const day = (moment: string): string => moment.slice(0, 10);
const minute = (moment: string): string => `${moment.slice(0, 16).replace('T', ' ')} UTC`;

/** A caller in a line. */
export function rowLine({ caller, name, state, made, used, waived, help, ...checks }: CallerVoice): string {
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
export function oneLines({ consents, waivers, tries, erasures, ...row }: OneVoice): string[] {
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
export const erasureLine = ({ caller, why, at, by, note, made, used }: Erasure): string =>
  `${caller}: voiceprint of ${day(made)}, last used ${day(used)}, destroyed ${minute(at)} by ${by}: ${why}${note ? ` (${note})` : ''}`;

/** A fit of the rate of false accepts, in a line. */
const fitLine = ({ at, set_rate, seen_rate, used_rate, pairs, undone, undone_by }: Fit): string =>
  `fitted ${minute(at)} by ${pairs} comparisons of its callers with each other: strangers are accepted at ${percent(seen_rate)} where ${percent(set_rate)} is set; ${percent(used_rate)} is used${undone === null ? '' : `; taken back ${minute(undone)} by ${undone_by}`}`;

const percent = (part: number): string => `${(100 * part).toFixed(1)}%`;

/** Rates, and what they are and are not. */
export function rateLines({ days, checks, flagged, misses, unjudged, falseAccepts }: VoiceRates): string[] {
  const rate = ({ seen, of, rate: part, low, high }: VoiceRates['misses']) =>
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
