import type { LockdownScope } from '../../../protocol/lockdown.ts';
import { may } from '../account/session.ts';
import { telling } from '../view/telling.ts';
import { words } from '../words/words.ts';
import { closing } from './form.ts';
import { close, opening } from './give.ts';
import { placeWords } from './scope.ts';

/** Closes with one press, as the form is filled in; opening asks once more. `stop`: whether the Tab key stops here. */
export function OrderButtons({ scope, stop = true }: { scope: LockdownScope; stop?: boolean }) {
  const w = words.value;
  if (!may('orders.give')) return null;
  const place = placeWords(scope, w);
  const all = scope.kind === 'facility';
  const shut = w.orders[all ? 'shutAll' : 'shut'][closing.value.state];
  const openWord = all ? w.orders.openAll : w.orders.open;
  const tabIndex = stop ? 0 : -1;
  return (
    <span class="order-buttons">
      <button
        type="button"
        class="plain shut"
        tabIndex={tabIndex}
        aria-label={`${shut}: ${place}`}
        onClick={telling(() => close(scope, closing.peek()))}
      >
        {shut}
      </button>
      <button
        type="button"
        class="plain"
        tabIndex={tabIndex}
        aria-label={`${openWord}: ${place}`}
        onClick={() => {
          opening.value = scope;
        }}
      >
        {openWord}
      </button>
    </span>
  );
}
