import { Facility } from '../../../protocol/api/facilities.ts';
import type { UnitId } from '../../../protocol/units.ts';
import { here } from '../account/session.ts';
import { useAsked } from '../view/useAsked.ts';
import { words } from '../words/words.ts';

/** In which unit somebody is housed. */
export function UnitField({ unit }: { unit: UnitId | null }) {
  const w = words.value;
  const { answer, wrong } = useAsked(`/facilities/${here.value?.facility ?? ''}`, Facility);
  return (
    <label class="field">
      {w.live.unit}
      {/* The units come later than the field: it is made anew with them, so that his own is chosen. */}
      <select key={answer ? 'known' : 'asked'} name="unit" defaultValue={unit ?? ''}>
        <option value="">{w.callers.noUnit}</option>
        {answer?.units.map((one) => (
          <option key={one.unit} value={one.unit}>
            {one.unit}
          </option>
        ))}
      </select>
      {wrong && <small class="wrong">{wrong}</small>}
    </label>
  );
}
