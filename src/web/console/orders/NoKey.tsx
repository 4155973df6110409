import { Dialog } from '../../kit/Dialog.tsx';
import { here } from '../account/session.ts';
import { linkTo } from '../route.ts';
import { words } from '../words/words.ts';
import { keyWanted } from './give.ts';

/** Orders are signed in the officer's browser: without a key there is none to give. */
export function NoKey() {
  const w = words.value;
  const facility = here.value?.facility;
  if (!keyWanted.value || facility === undefined) return null;
  const leave = (): void => {
    keyWanted.value = false;
  };
  return (
    <Dialog title={w.keys.noneTitle} close={w.close} onClose={leave}>
      <p>{w.keys.noneWhy}</p>
      <p>{w.keys.noneHow}</p>
      <div class="sheet-buttons">
        <a class="main" href={linkTo(facility, 'keys')} onClick={leave}>
          {w.keys.toKeys}
        </a>
        <button type="button" class="plain" onClick={leave}>
          {w.cancel}
        </button>
      </div>
    </Dialog>
  );
}
