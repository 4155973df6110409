import { useState } from 'preact/hooks';
import { Facility, UnitGone } from '../../../protocol/api/facilities.ts';
import { ask } from '../api/ask.ts';
import { FormDialog } from '../view/FormDialog.tsx';
import { HoursFields } from '../view/HoursFields.tsx';
import { hourLines, hoursIn } from '../view/hours.ts';
import { LimitField } from '../view/LimitField.tsx';
import { telling } from '../view/telling.ts';
import { minutesIn, textOf } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { Part } from './Part.tsx';
import type { Facility as FacilityData, OfFacility } from './types.ts';
import { UnitPhones } from './UnitPhones.tsx';

type Unit = FacilityData['units'][number];

/** The units of a facility: how many phones hang in each, and what holds there besides. */
export function Units(props: OfFacility) {
  const w = words.value;
  const [editing, setEditing] = useState<Unit | 'new' | null>(null);
  return (
    <Part title={w.facility.units} button={w.facility.newUnit} onPress={() => setEditing('new')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard */}
      <section class="wide" tabIndex={0} aria-label={w.list}>
        <table class="list">
          <thead>
            <tr>
              <th scope="col">{w.live.unit}</th>
              <th scope="col">{w.live.phones}</th>
              <th scope="col">{w.callers.limit}</th>
              <th scope="col">{w.callers.hours}</th>
            </tr>
          </thead>
          <tbody>
            {props.facility.units.map((unit) => (
              <tr key={unit.unit}>
                <th scope="row">
                  <button type="button" class="plain" onClick={() => setEditing(unit)}>
                    {unit.unit}
                  </button>
                </th>
                <td>{unit.phones.length}</td>
                <td>{unit.limit_ms === null ? w.callers.noLimit : w.callers.minutes(unit.limit_ms / 60_000)}</td>
                <td>{[hourLines(unit.hours, w.callers.noLimit)].flat().join('; ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {editing && <UnitDialog {...props} unit={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </Part>
  );
}

function UnitDialog({
  facility,
  unit,
  path,
  onChange,
  onClose,
}: OfFacility & { unit: Unit | null; onClose: () => void }) {
  const w = words.value;
  const send = async (form: FormData): Promise<void> => {
    const name = unit?.unit ?? textOf(form, 'unit');
    const body = { limit_ms: minutesIn(form, 'minutes'), hours: hoursIn(form) };
    await ask('PUT', `${path}/units/${encodeURIComponent(name)}`, Facility, body);
    onChange();
  };
  const drop = telling(async () => {
    await ask('DELETE', `${path}/units/${unit?.unit ?? ''}`, UnitGone, {});
    onChange();
    onClose();
  });
  const phones = unit && facility.units.find((one) => one.unit === unit.unit)?.phones;
  return (
    <FormDialog
      title={unit ? `${w.live.unit} ${unit.unit}` : w.facility.newUnit}
      onClose={onClose}
      send={send}
      below={
        phones &&
        phones.length > 0 && (
          <>
            <h3>{w.live.phones}</h3>
            <UnitPhones phones={phones} path={path} onChange={onChange} />
          </>
        )
      }
    >
      {!unit && (
        <label class="field">
          {w.live.unit}
          <input
            type="text"
            name="unit"
            required
            maxLength={63}
            pattern="[A-Za-z0-9][A-Za-z0-9_\-]*"
            autocomplete="off"
          />
        </label>
      )}
      <LimitField limit={unit?.limit_ms ?? null} hint={w.callers.limitHint} />
      <HoursFields hours={unit?.hours ?? null} own={w.facility.unitHours} />
      {phones?.length === 0 && (
        <button type="button" class="plain shut" onClick={drop}>
          {w.facility.dropUnit}
        </button>
      )}
    </FormDialog>
  );
}
