import { PHASES } from '../../../src/protocol/call.ts';
import type { Way } from './explore.ts';

const order = (phase: string) => (PHASES as readonly string[]).indexOf(phase);
const live = PHASES.filter((phase) => phase !== 'idle' && phase !== 'ended' && phase !== 'maintenance');

/** Reasons for which every phase of a call can end: said once, not at each. */
const everywhere = (ways: readonly Way[]): string[] =>
  [...new Set(ways.filter((way) => way.to === 'ended').map((way) => way.by))].filter((reason) =>
    live.every((phase) => ways.some((way) => way.from === phase && way.to === 'ended' && way.by === reason)),
  );

/** The chart of a call in Mermaid's words, and what holds for every phase in ours. */
export function chart(ways: readonly Way[]): string {
  const common = everywhere(ways);
  const down = PHASES.filter((phase) => ways.some((way) => way.from === phase && way.by === 'handset down'));
  const edges = new Map<string, Set<string>>();
  for (const { from, to, by } of ways) {
    if (to === 'idle' || (to === 'ended' && from !== 'idle' && common.includes(by))) continue;
    const edge = `${from} --> ${to}`;
    edges.set(edge, (edges.get(edge) ?? new Set()).add(by));
  }
  const ends = (from: string, reason: string) =>
    ways.some((way) => way.from === from && way.to === 'ended' && way.by === reason);
  const lines = [...edges]
    .map(([edge, by]) => ({ edge, by: [...by].sort().join(', '), place: edge.split(' --> ').map(order) }))
    .sort((a, b) => (a.place[0] ?? 0) - (b.place[0] ?? 0) || (a.place[1] ?? 0) - (b.place[1] ?? 0));
  return [
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> idle',
    ...lines.map(({ edge, by }) => `  ${edge}: ${by}`),
    '```',
    '',
    `Handset down leads to \`idle\` from ${down.length === PHASES.length - 1 ? 'every phase' : down.join(', ')}.`,
    `Every phase but \`idle\` and \`ended\` can also end for: ${common.sort().join(', ')}.`,
    `But \`maintenance\` does not for: ${common.filter((reason) => !ends('maintenance', reason)).join(', ')}.`,
  ].join('\n');
}
