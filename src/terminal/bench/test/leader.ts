import type { TestAction } from './action.ts';
import type { Touch } from './event.ts';
import { tamper, volume } from './parts/contacts.ts';
import { hook } from './parts/hook.ts';
import { keys } from './parts/keys.ts';
import type { Attended, Outcome } from './parts/part.ts';
import { echo, lamps } from './parts/senses.ts';
import type { PartState } from './state.ts';

/** A part in its present state: what becomes of it, and what is said of it. */
interface Leader {
  touch(touch: Touch, at: number): Outcome;
  answer: ((yes: boolean) => Outcome) | null;
  late(at: number): Outcome | null;
  lookAgain(): number | null;
  missing(): { detail: string; remedy: string };
  todo(): string;
  show(): readonly TestAction[];
}

function bound<S extends PartState>(of: Attended<S>, state: S): Leader {
  const { answer } = of;
  return {
    touch: (touch, at) => of.touch(state, touch, at),
    answer: answer === undefined ? null : (yes) => answer(state, yes),
    late: (at) => of.late?.(state, at) ?? null,
    lookAgain: () => of.lookAgain?.(state) ?? null,
    missing: () => of.missing(state),
    todo: () => of.todo(state),
    show: () => of.show?.(state) ?? [],
  };
}

/** Who leads through the part that is being looked at; a part that needs nobody is waited for. */
export function leader(now: PartState): Leader {
  if (now.by === 'measure') return bound(MEASURED, now);
  switch (now.part) {
    case 'keys':
      return bound(keys, now);
    case 'hook':
      return bound(hook, now);
    case 'volume':
      return bound(volume, now);
    case 'tamper':
      return bound(tamper, now);
    case 'lamps':
      return bound(lamps, now);
    case 'echo':
      return bound(echo, now);
  }
}

const MEASURED: Attended<PartState> = {
  touch: (now) => ({ now }),
  missing: () => ({ detail: 'no answer', remedy: 'do this part again' }),
  todo: () => '',
};
