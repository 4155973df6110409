import { Segments } from '../../kit/Segments.tsx';
import { words } from '../words/words.ts';
import { closing, SPANS } from './form.ts';

/** What a press on a button that closes orders; filled in already, and read in one line. */
export function ClosingForm() {
  const w = words.value.orders;
  const { state, mode, minutes, reason } = closing.value;
  const set = (part: Partial<typeof closing.value>): void => {
    closing.value = { ...closing.peek(), ...part };
  };
  const span = (of: (typeof SPANS)[number]): string => (of === null ? w.noEnd : w.span(of));
  return (
    <details class="closing">
      <summary>
        {w.pressDoes} <b>{[w.states[state], w.modes[mode], span(minutes)].join(' · ')}</b> · {reason.trim() || w.reason}
      </summary>
      <div class="closing-form">
        <div>
          <span class="label">{w.what}</span>
          <Segments
            name="closing-state"
            label={w.what}
            value={state}
            choices={(['lockdown', 'disabled'] as const).map((value) => ({ value, text: w.states[value] }))}
            onPick={(picked) => set({ state: picked })}
          />
        </div>
        <div>
          <span class="label">{w.calls}</span>
          <Segments
            name="closing-mode"
            label={w.calls}
            value={mode}
            choices={(['drop', 'drain'] as const).map((value) => ({ value, text: w.modes[value] }))}
            onPick={(picked) => set({ mode: picked })}
          />
        </div>
        <label class="field">
          {w.ends}
          <select
            value={String(minutes)}
            onChange={({ currentTarget }) => set({ minutes: SPANS[currentTarget.selectedIndex] ?? null })}
          >
            {SPANS.map((of) => (
              <option key={String(of)} value={String(of)}>
                {span(of)}
              </option>
            ))}
          </select>
        </label>
        <label class="field grow">
          {w.why}
          <input
            type="text"
            maxLength={200}
            value={reason}
            placeholder={w.reason}
            onInput={({ currentTarget }) => set({ reason: currentTarget.value })}
          />
        </label>
      </div>
    </details>
  );
}
