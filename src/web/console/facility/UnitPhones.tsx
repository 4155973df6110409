import { useState } from 'preact/hooks';
import { PhoneHours } from '../../../protocol/api/terminals.ts';
import { ask } from '../api/ask.ts';
import { FormDialog } from '../view/FormDialog.tsx';
import { HoursFields } from '../view/HoursFields.tsx';
import { hourLines, hoursIn } from '../view/hours.ts';
import { words } from '../words/words.ts';
import type { Facility, OfFacility } from './types.ts';

type Phone = Facility['units'][number]['phones'][number];

/** The phones of a unit, each with hours of its own or none. */
export function UnitPhones({
  phones,
  path,
  onChange,
}: Pick<OfFacility, 'path' | 'onChange'> & { phones: readonly Phone[] }) {
  const w = words.value;
  const [editing, setEditing] = useState<Phone | null>(null);
  const send = async (form: FormData): Promise<void> => {
    await ask('PUT', `${path}/terminals/${editing?.terminal ?? ''}/hours`, PhoneHours, { hours: hoursIn(form) });
    onChange();
  };
  return (
    <>
      <ul class="lines">
        {phones.map((phone) => (
          <li key={phone.terminal}>
            <button type="button" class="plain" onClick={() => setEditing(phone)}>
              {phone.terminal}
            </button>{' '}
            {[hourLines(phone.hours, w.facility.asUnit)].flat().join('; ')}
          </li>
        ))}
      </ul>
      {editing && (
        <FormDialog title={`${w.callers.hours}: ${editing.terminal}`} onClose={() => setEditing(null)} send={send}>
          <HoursFields hours={editing.hours} own={w.facility.phoneHours} />
        </FormDialog>
      )}
    </>
  );
}
