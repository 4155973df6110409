import type { State } from '../call/step.ts';
import { view } from '../call/view.ts';
import type { Led } from '../hardware/port.ts';

/** What the phone's lamps show: line lit off-hook, and blinking where no call could start; fault blinking while there is one. */
export function lamps(state: State): Record<Led, 'on' | 'off' | 'blink'> {
  const shut = state.lockdown.state !== 'open';
  return {
    line: shut ? 'blink' : view(state).hook === 'off' ? 'on' : 'off',
    fault: state.faults.length > 0 ? 'blink' : 'off',
  };
}
