import { WishState } from '../../../protocol/api/numbers.ts';
import { may } from '../account/session.ts';
import { words } from '../words/words.ts';

const DEEDS = ['approve', 'decline'] as const;
/** What staff say to what was asked for. */
export type Deed = (typeof DEEDS)[number];

/** Whether what waits is shown, or what was decided. */
export function StateField({ state, onPick }: { state: WishState; onPick: (state: WishState) => void }) {
  const w = words.value;
  return (
    <label class="field">
      {w.callers.state}
      <select value={state} onChange={({ currentTarget }) => onPick(WishState.parse(currentTarget.value))}>
        {WishState.options.map((one) => (
          <option key={one} value={one}>
            {w.numbers.wishStates[one]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The buttons by which who may says yes or no to what waits; `of` says to what. */
export function DeedButtons(props: { state: WishState; of: string; onPress: (deed: Deed) => void }) {
  const w = words.value.numbers;
  if (props.state !== 'open' || !may('numbers.change')) return null;
  return (
    <div class="sheet-buttons">
      {DEEDS.map((deed) => (
        <button
          key={deed}
          type="button"
          class={deed === 'decline' ? 'plain shut' : 'plain'}
          aria-label={`${w.deeds[deed]}: ${props.of}`}
          onClick={() => props.onPress(deed)}
        >
          {w.deeds[deed]}
        </button>
      ))}
    </div>
  );
}
