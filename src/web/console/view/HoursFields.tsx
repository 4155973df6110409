import { useState } from 'preact/hooks';
import { DAYS, type Hours } from '../../../protocol/api/hours.ts';
import { words } from '../words/words.ts';

/** When calls may be made, by the day; `own` says what is ticked where there are hours at all. */
export function HoursFields({ hours, own: says }: { hours: Hours | null; own: string }) {
  const w = words.value.callers;
  const [own, setOwn] = useState(hours !== null);
  return (
    <fieldset class="hours">
      <legend>{w.hours}</legend>
      <label>
        <input
          type="checkbox"
          name="ownHours"
          checked={own}
          onChange={({ currentTarget }) => setOwn(currentTarget.checked)}
        />{' '}
        {says}
      </label>
      {own && <p class="quiet">{w.hoursHint}</p>}
      {own &&
        DAYS.map((day) => (
          <label key={day} class="field">
            {w.days[day]}
            <input type="text" name={day} defaultValue={hours?.[day]?.join(', ') ?? ''} placeholder="08:00-21:00" />
          </label>
        ))}
    </fieldset>
  );
}
