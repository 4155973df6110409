import { Dialog } from '../../kit/Dialog.tsx';
import { telling } from '../view/telling.ts';
import { words } from '../words/words.ts';
import { open, opening } from './give.ts';
import { placeWords } from './scope.ts';

/** Asks once more before phones are opened. */
export function ConfirmOpen() {
  const w = words.value;
  const scope = opening.value;
  if (scope === null) return null;
  const place = placeWords(scope, w);
  const leave = (): void => {
    opening.value = null;
  };
  return (
    <Dialog title={w.orders.openTitle(place)} close={w.close} onClose={leave}>
      <p>{w.orders.openAsk}</p>
      <div class="sheet-buttons">
        <button
          type="button"
          class="main"
          onClick={() => {
            leave();
            telling(() => open(scope))();
          }}
        >
          {w.orders.openNow(place)}
        </button>
        <button type="button" class="plain" onClick={leave}>
          {w.cancel}
        </button>
      </div>
    </Dialog>
  );
}
