import type { Phase } from '../../protocol/call.ts';
import type { Fault } from '../../protocol/messages.ts';
import type { Reason } from './ending.ts';
import type { State } from './state.ts';

/** Without these there is no call: nobody to hear it, no key or hook to end it by. */
const NEEDED: readonly Fault[] = ['keypad', 'handset-audio'];

/** Without this no lift could be written down; a call under way may finish, as its record may yet be written. */
const NEEDED_TO_START: readonly Fault[] = [...NEEDED, 'storage'];

/** Once dialled, a call may finish when staff drain. */
const UNDER_WAY: readonly Phase[] = ['dialling', 'ringing', 'greeting', 'talking'];

/** Whether a lockdown ends what is up, so that it ends a technician's work too. */
export const drops = ({ state, mode }: State['lockdown']): boolean => state !== 'open' && mode === 'drop';

const has = ({ faults }: State, any: readonly Fault[]): boolean => faults.some((fault) => any.includes(fault));

const ordered = ({ lockdown }: State): Reason | null => (lockdown.state === 'open' ? null : lockdown.state);

/** Why a lift of the handset goes no further, if it does not. */
export const refusedLift = (state: State): Reason | null =>
  has(state, NEEDED_TO_START) ? 'hardware-fault' : ordered(state);

/** Why a call in `phase` must end now, if it must. Maintenance goes on with any fault: it is for mending them. */
export function halted(state: State, phase: Phase): Reason | null {
  if (phase === 'maintenance') return drops(state.lockdown) ? ordered(state) : null;
  if (has(state, NEEDED)) return 'hardware-fault';
  return state.lockdown.mode === 'drop' || !UNDER_WAY.includes(phase) ? ordered(state) : null;
}
