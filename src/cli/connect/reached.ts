import { Option } from 'commander';
import type { Finding } from '../../protocol/finding.ts';
import { worstFirst } from '../../protocol/finding.ts';
import { findingLines } from '../doctor/print.ts';
import { print } from '../print.ts';

/** The option by which `--check` goes on to what the files name. */
export const connectOption = (): Option =>
  new Option(
    '--connect',
    'check, and reach for all that the files name: nothing is changed, and one that runs is left alone',
  ).implies({
    check: true,
  });

/** What came of reaching for a thing that a configuration names: what is there, or what is wrong with it. */
export type Reached = { readonly there: string } | { readonly finding: Finding };

export const there = (text: string): Reached => ({ there: text });

export const wrong = (
  what: string,
  why: string,
  remedy: string,
  weight: Finding['weight'] = 'stops-calls',
): Reached => ({
  finding: { weight, what: what.slice(0, 300), why, remedy },
});

/** The answer of `--connect`. @throws Error where something stops calls */
export function tellReached(reached: readonly Reached[]): void {
  for (const one of reached) if ('there' in one) print(one.there);
  const findings = worstFirst(reached.flatMap((one) => ('finding' in one ? [one.finding] : [])));
  if (findings.length === 0) return;
  for (const line of findingLines(findings)) print(line);
  const stops = findings.filter(({ weight }) => weight === 'stops-calls').length;
  if (stops > 0) throw new Error(`${stops} of what it names cannot be used as it should`);
}
