import type { SelfTestProgress } from '../../../protocol/self-test.ts';
import { leader } from './leader.ts';
import type { TestState } from './state.ts';

/** A test as those who watch see it. */
export function progressOf(id: string, state: TestState): SelfTestProgress {
  const { parts, now, results } = state;
  const lead = now === null ? null : leader(now);
  return {
    id,
    state: now === null ? 'over' : 'running',
    parts: [...parts],
    part: now?.part ?? null,
    todo: lead?.todo() ?? '',
    asks: lead?.answer !== null && lead !== null,
    keys: now !== null && now.part === 'keys' && now.by === 'hand' ? seen(now) : null,
    results: [...results],
  };
}

function seen({ pressed, wanted, wrong, doubled, stuck }: NonNullable<SelfTestProgress['keys']>) {
  return { pressed, wanted, wrong, doubled, stuck };
}
