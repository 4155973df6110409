import { useState } from 'preact/hooks';
import { Facility } from '../../../protocol/api/facilities.ts';
import { ask } from '../api/ask.ts';
import { FormDialog } from '../view/FormDialog.tsx';
import { rangesIn } from '../view/hours.ts';
import { textOf } from '../view/useForm.ts';
import { useLines } from '../view/useLines.ts';
import { words } from '../words/words.ts';
import { Part } from './Part.tsx';
import type { OfFacility } from './types.ts';

/** Days on which a facility has other hours than its week says. */
export function HolidayList({ facility, path, onChange }: OfFacility) {
  const w = words.value;
  const [editing, setEditing] = useState(false);
  const { holidays } = facility;
  return (
    <Part title={w.facility.holidays} button={w.callers.change} onPress={() => setEditing(true)}>
      {holidays.length === 0 && <p class="empty">{w.facility.noHolidays}</p>}
      <ul class="lines">
        {holidays.map(({ date, name, hours }) => (
          <li key={date}>
            <b>{date}</b> {name} · {hours.length === 0 ? w.facility.noCalls : hours.join(', ')}
          </li>
        ))}
      </ul>
      {editing && (
        <HolidayDialog facility={facility} path={path} onChange={onChange} onClose={() => setEditing(false)} />
      )}
    </Part>
  );
}

function HolidayDialog({ facility, path, onChange, onClose }: OfFacility & { onClose: () => void }) {
  const w = words.value.facility;
  const { lines, add, drop } = useLines(facility.holidays);
  const send = async (form: FormData): Promise<void> => {
    const holidays = lines.map(({ key }) => ({
      date: textOf(form, `date-${key}`),
      name: textOf(form, `name-${key}`),
      hours: rangesIn(textOf(form, `hours-${key}`)),
    }));
    holidays.sort((a, b) => a.date.localeCompare(b.date));
    await ask('PATCH', path, Facility, { holidays });
    onChange();
  };
  return (
    <FormDialog title={w.holidays} onClose={onClose} send={send}>
      <p class="quiet">{w.holidayHint}</p>
      {lines.map(({ key, value }) => (
        <fieldset key={key} class="line">
          <legend class="hidden">{value?.name ?? w.newHoliday}</legend>
          <label class="field">
            {w.date}
            <input type="date" name={`date-${key}`} required defaultValue={value?.date ?? ''} />
          </label>
          <label class="field">
            {words.value.callers.name}
            <input type="text" name={`name-${key}`} required maxLength={80} defaultValue={value?.name ?? ''} />
          </label>
          <label class="field">
            {words.value.callers.hours}
            <input
              type="text"
              name={`hours-${key}`}
              placeholder={w.noCalls}
              defaultValue={value?.hours.join(', ') ?? ''}
            />
          </label>
          <button type="button" class="plain" onClick={() => drop(key)}>
            {w.drop}
          </button>
        </fieldset>
      ))}
      <button type="button" class="plain" onClick={add}>
        {w.newHoliday}
      </button>
    </FormDialog>
  );
}
