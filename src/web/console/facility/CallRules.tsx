import { useState } from 'preact/hooks';
import { Facility } from '../../../protocol/api/facilities.ts';
import { ask } from '../api/ask.ts';
import { Facts } from '../view/Facts.tsx';
import { FormDialog } from '../view/FormDialog.tsx';
import { HoursFields } from '../view/HoursFields.tsx';
import { hourLines, hoursIn } from '../view/hours.ts';
import { LimitField } from '../view/LimitField.tsx';
import { minutesIn, textOf } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { Part } from './Part.tsx';
import type { OfFacility } from './types.ts';

/** Whom callers may call, how long and when, and whether that is recorded. */
export function CallRules({ facility, path, onChange }: OfFacility) {
  const w = words.value.facility;
  const { callers } = words.value;
  const [editing, setEditing] = useState(false);
  const send = async (form: FormData): Promise<void> => {
    const recorded = form.has('recorded');
    const body = { name: textOf(form, 'name'), dialling: textOf(form, 'dialling'), recorded, hours: hoursIn(form) };
    await ask('PATCH', path, Facility, { ...body, limit_ms: minutesIn(form, 'minutes') });
    onChange();
  };
  return (
    <Part title={facility.name} button={callers.change} onPress={() => setEditing(true)}>
      <Facts
        facts={[
          [w.dialling, w.diallings[facility.dialling]],
          [callers.limit, callers.minutes(facility.limit_ms / 60_000)],
          [w.recording, facility.recorded ? w.recorded : w.notRecorded],
          [callers.hours, hourLines(facility.hours, w.anyTime)],
          [w.timeZone, facility.time_zone],
        ]}
      />
      {editing && (
        <FormDialog title={facility.name} onClose={() => setEditing(false)} send={send}>
          <label class="field">
            {callers.name}
            <input type="text" name="name" required maxLength={120} defaultValue={facility.name} />
          </label>
          <label class="field">
            {w.dialling}
            <select name="dialling" defaultValue={facility.dialling}>
              {(['listed', 'open'] as const).map((one) => (
                <option key={one} value={one}>
                  {w.diallings[one]}
                </option>
              ))}
            </select>
          </label>
          <LimitField limit={facility.limit_ms} required />
          <label>
            <input type="checkbox" name="recorded" defaultChecked={facility.recorded} /> {w.recordCalls}
          </label>
          <HoursFields hours={facility.hours} own={w.onlyInHours} />
        </FormDialog>
      )}
    </Part>
  );
}
