import { useState } from 'preact/hooks';
import type { LockdownMode, LockdownState } from '../../../../src/protocol/lockdown.ts';
import { Segments } from '../../../../src/web/kit/Segments.tsx';
import type { Snapshot } from '../../../world/port.ts';
import { act, snapshot } from '../state.ts';
import { LOCKDOWN_WORDS } from '../words.ts';

const SCOPES = ['facility', 'unit', 'terminal'] as const;
const NAMES = { facility: 'Facility', unit: 'Unit', terminal: 'Phone' };
const STATES: readonly LockdownState[] = ['open', 'disabled', 'lockdown'];
const MODES: readonly { value: LockdownMode; text: string }[] = [
  { value: 'drop', text: 'Drop calls now' },
  { value: 'drain', text: 'Let calls finish' },
];
const DEFAULT_REASON = 'Ordered from the control room';

const inForce = ({ lockdown }: Snapshot): string =>
  lockdown.state === 'open'
    ? 'Open: calls may go.'
    : `${LOCKDOWN_WORDS[lockdown.state]} by ${lockdown.source ?? 'order'}, calls in progress ${lockdown.mode === 'drop' ? 'are dropped' : 'may finish'}${lockdown.reason ? `: ${lockdown.reason}` : ''}`;

/** Lockdown of facility, unit and terminal. One press for the whole facility and one press back: no question is asked. */
export function Lockdown() {
  const [reason, setReason] = useState(DEFAULT_REASON);
  const [mode, setMode] = useState<LockdownMode>('drop');
  const now = snapshot.value;
  if (!now) return null;

  const order = (scope: (typeof SCOPES)[number], state: LockdownState, how = mode): void =>
    act({ do: 'lockdown', scope, state, mode: how, reason: reason.trim() || DEFAULT_REASON });
  const facilityShut = now.lockdowns.facility.state === 'lockdown';

  return (
    <section class={now.lockdown.state === 'open' ? 'card lockdown' : 'card lockdown shut'} aria-labelledby="lockdown">
      <header>
        <h2 id="lockdown">Lockdown</h2>
        <p class="state" role="status">
          {inForce(now)}
        </p>
      </header>
      <button
        type="button"
        class={facilityShut ? 'big reopen' : 'big shut'}
        onClick={() => (facilityShut ? order('facility', 'open') : order('facility', 'lockdown', 'drop'))}
      >
        {facilityShut ? 'Reopen the facility' : 'Lock down the facility, drop every call'}
      </button>
      <div class="orders">
        {SCOPES.map((scope) => (
          <div class="order" key={scope}>
            <span>
              <b>{NAMES[scope]}</b> <small>{scope === 'facility' ? now.place.name : now[scope]}</small>
            </span>
            <Segments
              name={`lockdown-${scope}`}
              label={`${NAMES[scope]} ${scope === 'facility' ? now.place.name : now[scope]}`}
              value={now.lockdowns[scope].state}
              choices={STATES.map((value) => ({ value, text: LOCKDOWN_WORDS[value] }))}
              onPick={(state) => order(scope, state)}
            />
          </div>
        ))}
      </div>
      <div class="order-how">
        <Segments name="lockdown-mode" label="Calls in progress" value={mode} choices={MODES} onPick={setMode} />
        <label class="field">
          Reason
          <input type="text" maxLength={200} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
      </div>
    </section>
  );
}
