import type { UnitId } from '../../../protocol/units.ts';
import { here } from '../account/session.ts';
import { OrderButtons } from '../orders/OrderButtons.tsx';
import { words } from '../words/words.ts';
import { tallies } from './phones.ts';

/** Where a row stands in the list. */
export interface RowPlace {
  /** What it is told from other rows by. */
  readonly id: string;
  /** Its number in the table, the head being 1. */
  readonly index: number;
  /** px below the head. */
  readonly top: number;
  /** Whether the Tab key stops at it. */
  readonly stop: boolean;
}

export const placed = ({ id, index, top }: RowPlace) => ({
  'data-key': id,
  'aria-rowindex': index,
  style: { transform: `translateY(${top}px)` },
});

/** The head of a unit: what its phones are doing. */
export function UnitRow({ unit, ...place }: { unit: UnitId } & RowPlace) {
  const w = words.value.live;
  const facility = here.value?.facility;
  const tally = tallies.value.units.get(unit);
  if (!tally) return null;
  const closed = tally.lockedDown + tally.disabled;
  return (
    <tr class="unit" {...placed(place)}>
      <th scope="rowgroup" colSpan={8}>
        <span class="name">{w.unitName(unit)}</span>
        <span class="of-units">
          <span>{w.unitPhones(tally.phones)}</span>
          <span>{w.unitTalking(tally.talking)}</span>
          {closed > 0 && <span class="warn">{w.unitClosed(closed)}</span>}
          {tally.notAnswering > 0 && <span class="bad">{w.unitSilent(tally.notAnswering)}</span>}
        </span>
        {facility && <OrderButtons scope={{ kind: 'unit', facility, unit }} stop={place.stop} />}
      </th>
    </tr>
  );
}
