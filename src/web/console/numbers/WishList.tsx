import { useState } from 'preact/hooks';
import { Wish, Wishes, type WishState } from '../../../protocol/api/numbers.ts';
import type { CallerId } from '../../../protocol/units.ts';
import { here } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { Pieces } from '../view/Pieces.tsx';
import { usePieces } from '../view/usePieces.ts';
import { WhyDialog } from '../view/WhyDialog.tsx';
import { timeOf, words } from '../words/words.ts';
import { type Deed, DeedButtons, StateField } from './Deciding.tsx';
import { EntryDialog } from './EntryDialog.tsx';

/** Numbers that callers asked for by dialling them, or that one asked for. */
export function WishList({ caller, onChange }: { caller: CallerId | null; onChange?: () => void }) {
  const w = words.value;
  const [state, setState] = useState<WishState>('open');
  const of = `/facilities/${here.value?.facility ?? ''}/wishes` as const;
  const list = usePieces<Wish>(`${of}?state=${state}${caller === null ? '' : `&caller=${caller}`}`, Wishes);
  const [doing, setDoing] = useState<{ deed: Deed; wish: Wish } | null>(null);
  const does = async (deed: Deed, { id }: Wish, body: object): Promise<void> => {
    await ask('POST', `${of}/${id}/${deed}`, Wish, body);
    setDoing(null);
    list.again();
    onChange?.();
  };
  return (
    <section class={caller === null ? 'card' : undefined} aria-labelledby="wishes">
      <header>
        {caller === null ? <h2 id="wishes">{w.numbers.wishes}</h2> : <h3 id="wishes">{w.numbers.hisWishes}</h3>}
        <StateField state={state} onPick={setState} />
      </header>
      <Pieces list={list} nothing={w.numbers.noWishes} label={w.numbers.wishList}>
        <ul class="lines">
          {list.items.map((wish) => (
            <li key={wish.id} class="person">
              <div>
                <b>{wish.number}</b> {caller === null && <span class="quiet">{w.numbers.ofCaller(wish.caller)}</span>}
                <p class="quiet">
                  {w.numbers.asked(wish.times, timeOf(wish.last_asked))}
                  {wish.decided !== null &&
                    ` · ${w.numbers.decided(wish.decided_by ?? '', timeOf(wish.decided), wish.decided_why ?? '')}`}
                </p>
              </div>
              <DeedButtons
                state={wish.state}
                of={`${wish.number}, ${wish.caller}`}
                onPress={(deed) => setDoing({ deed, wish })}
              />
            </li>
          ))}
        </ul>
      </Pieces>
      {doing?.deed === 'approve' && (
        <EntryDialog
          title={`${w.numbers.deeds.approve}: ${doing.wish.number}`}
          button={w.numbers.deeds.approve}
          number={doing.wish.number}
          onClose={() => setDoing(null)}
          send={(_, listing) => does('approve', doing.wish, listing)}
        />
      )}
      {doing?.deed === 'decline' && (
        <WhyDialog
          title={`${w.numbers.deeds.decline}: ${doing.wish.number}`}
          ask={w.numbers.declineAsk}
          button={w.numbers.deeds.decline}
          onClose={() => setDoing(null)}
          send={(why) => does('decline', doing.wish, { why })}
        />
      )}
    </section>
  );
}
