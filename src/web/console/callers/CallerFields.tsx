import type { Caller } from '../../../protocol/api/callers.ts';
import { LANGUAGES } from '../../../protocol/units.ts';
import { HoursFields } from '../view/HoursFields.tsx';
import { LimitField } from '../view/LimitField.tsx';
import { words } from '../words/words.ts';

/** What is asked of a caller, be it that he comes or that he changes; `caller`: as he is. */
export function NameAndLanguage({ caller }: { caller?: Caller }) {
  const w = words.value.callers;
  return (
    <>
      <label class="field">
        {w.name}
        <input type="text" name="name" required maxLength={120} autocomplete="off" defaultValue={caller?.name ?? ''} />
      </label>
      <label class="field">
        {w.language}
        <select name="language" defaultValue={caller?.language ?? ''}>
          <option value="">{w.asksLanguage}</option>
          {LANGUAGES.map((one) => (
            <option key={one} value={one}>
              {w.languages[one]}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

/** How long, how often and when he may call. */
export function LimitFields({ caller }: { caller?: Caller }) {
  const w = words.value.callers;
  const minutes = (ms: number | null | undefined) => (ms == null ? '' : String(ms / 60_000));
  return (
    <>
      <LimitField limit={caller?.limit_ms ?? null} hint={w.limitHint} />
      <label class="field">
        {w.callsADay}
        <input type="number" name="calls" min={1} max={99} step={1} defaultValue={caller?.calls_a_day ?? ''} />
        <small>{w.callsHint}</small>
      </label>
      <label class="field">
        {w.waitMinutes}
        <input type="number" name="wait" min={1} max={1_440} step={1} defaultValue={minutes(caller?.wait_ms)} />
        <small>{w.waitHint}</small>
      </label>
      <HoursFields hours={caller?.hours ?? null} own={w.ownHours} />
    </>
  );
}
