import { words } from '../words/words.ts';
import { filter, shownPhones, units } from './listed.ts';
import { tallies } from './phones.ts';

/** What of all phones is looked at. */
export function Filters() {
  const w = words.value.live;
  const { text, unit, look } = filter.value;
  return (
    <search class="filters">
      <label class="field grow">
        <span>{w.find}</span>
        <input
          type="search"
          value={text}
          onInput={({ currentTarget }) => {
            filter.value = { ...filter.peek(), text: currentTarget.value };
          }}
        />
      </label>
      <label class="field">
        <span>{w.unit}</span>
        <select
          value={unit ?? ''}
          onChange={({ currentTarget }) => {
            filter.value = {
              ...filter.peek(),
              unit: units.peek().find((known) => known === currentTarget.value) ?? null,
            };
          }}
        >
          <option value="">{w.allUnits}</option>
          {units.value.map((known) => (
            <option key={known} value={known}>
              {w.unitName(known)}
            </option>
          ))}
        </select>
      </label>
      <label class="tick">
        <input
          type="checkbox"
          checked={look}
          onChange={({ currentTarget }) => {
            filter.value = { ...filter.peek(), look: currentTarget.checked };
          }}
        />
        {w.look}
      </label>
      <p class="shown" role="status">
        {w.shown(shownPhones.value, tallies.value.all.phones)}
      </p>
    </search>
  );
}
