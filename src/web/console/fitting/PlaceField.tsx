import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { TerminalId, UnitId } from '../../../protocol/units.ts';
import { words } from '../words/words.ts';
import { newPlaceOf, type Place, placesLike } from './places.ts';

/** So many places are shown at once on a telephone. */
const SHOWN = 30;

/** Which place: one that there is, one that is named anew, or (empty, as no name is) that which the box was announced for. */
export type Chosen = '' | TerminalId;

/** Where a phone hangs: the list gets shorter as somebody types, and what is no place yet can be one. */
export function PlaceField(props: {
  places: readonly Place[];
  units: readonly UnitId[];
  /** How many boxes are expected. */
  expected: number;
  chosen: Chosen | null;
  onChoose: (chosen: Chosen | null) => void;
}) {
  const w = words.value;
  const { places, units, expected, chosen, onChoose } = props;
  const [typed, setTyped] = useState('');
  const like = placesLike(places, typed);
  const fresh = newPlaceOf(places, typed);
  const take = (text: string): void => {
    setTyped(text);
    // What was named anew is another name now.
    if (chosen && !places.some(({ terminal }) => terminal === chosen)) onChoose(null);
  };
  const shown = like.slice(0, SHOWN);
  const kept = places.filter(({ terminal }) => terminal === chosen && !shown.some((one) => one.terminal === terminal));
  return (
    <fieldset class="where">
      <legend>{w.fitting.where}</legend>
      <label class="field">
        {w.fitting.find}
        <input
          type="search"
          autocomplete="off"
          autocapitalize="characters"
          maxLength={63}
          value={typed}
          onInput={({ currentTarget }) => take(currentTarget.value)}
        />
      </label>
      <ul class="places">
        {expected > 0 && (
          <Choice value="" {...{ chosen, onChoose }}>
            <b>{w.fitting.announced}</b> <span class="quiet">{w.fitting.expected(expected)}</span>
          </Choice>
        )}
        {fresh !== null && (
          <Choice value={fresh} {...{ chosen, onChoose }}>
            <b>{w.fitting.newPlace(fresh)}</b>
          </Choice>
        )}
        {[...kept, ...shown].map(({ terminal, unit, serial }) => (
          <Choice key={terminal} value={terminal} {...{ chosen, onChoose }}>
            <b>{terminal}</b>{' '}
            <span class="quiet">
              {w.fitting.inUnit(unit)} · {serial === null ? w.fitting.noPhone : w.fitting.hasPhone(serial)}
            </span>
          </Choice>
        ))}
      </ul>
      <p class="quiet" role="status">
        {like.length > SHOWN && w.fitting.moreTyped(like.length - SHOWN)}
        {like.length === 0 && fresh === null && typed !== '' && w.fitting.noPlace}
      </p>
      {fresh !== null && chosen === fresh && (
        <label class="field">
          {w.fitting.newUnit}
          <select name="unit" required>
            <option value="">{w.none}</option>
            {units.map((unit) => (
              <option key={unit} value={unit}>
                {unit}
              </option>
            ))}
          </select>
        </label>
      )}
    </fieldset>
  );
}

function Choice(props: {
  value: Chosen;
  chosen: Chosen | null;
  onChoose: (chosen: Chosen) => void;
  children: ComponentChildren;
}) {
  const { value, chosen, onChoose, children } = props;
  return (
    <li>
      <label>
        <input type="radio" name="place" required checked={chosen === value} onChange={() => onChoose(value)} />
        <span>{children}</span>
      </label>
    </li>
  );
}
