import type { Finding } from '../../protocol/finding.ts';
import { type Line, paint } from '../print.ts';

const WEIGHTS: Readonly<Record<Finding['weight'], string>> = { 'stops-calls': 'NO CALLS', soon: 'soon', note: 'note' };
const COLOURS = { 'stops-calls': 'red', soon: 'yellow', note: 'dim' } as const;

/** Findings for one screen: each what, why and what to do, a line each. */
export function findingLines(findings: readonly Finding[]): Line[] {
  if (findings.length === 0) return ['nothing is wrong'];
  return findings.flatMap(({ weight, what, why, remedy }) => {
    const head = `${WEIGHTS[weight].padEnd(9)} ${what}`;
    return [paint(COLOURS[weight], head), `          why: ${why}`, `          do:  ${remedy}`];
  });
}
