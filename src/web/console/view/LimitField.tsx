import type { Millis } from '../../../protocol/units.ts';
import { words } from '../words/words.ts';

/** How long a call may last, in minutes, as `minutesIn(form, 'minutes')` reads it; where it may be empty, `hint` says what holds then. */
export function LimitField(props: { limit: Millis | null; hint?: string; required?: boolean }) {
  const { limit, hint, required = false } = props;
  return (
    <label class="field">
      {words.value.callers.limitMinutes}
      <input
        type="number"
        name="minutes"
        min={1}
        max={99}
        step={1}
        required={required}
        defaultValue={limit === null ? '' : limit / 60_000}
      />
      {hint && <small>{hint}</small>}
    </label>
  );
}
