import { useState } from 'preact/hooks';
import { Attorney, Attorneys } from '../../../protocol/api/attorneys.ts';
import type { WishState } from '../../../protocol/api/numbers.ts';
import { here } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { Pieces } from '../view/Pieces.tsx';
import { usePieces } from '../view/usePieces.ts';
import { WhyDialog } from '../view/WhyDialog.tsx';
import { timeOf, words } from '../words/words.ts';
import { type Deed, DeedButtons, StateField } from './Deciding.tsx';

/** Attorneys who ask that calls to their numbers be private, and where others can. */
export function AttorneyList() {
  const w = words.value;
  const facility = here.value?.facility ?? '';
  const [state, setState] = useState<WishState>('open');
  const of = `/facilities/${facility}/attorneys` as const;
  const list = usePieces<Attorney>(`${of}?state=${state}`, Attorneys);
  const [doing, setDoing] = useState<{ deed: Deed; attorney: Attorney } | null>(null);
  const does = async (why: string): Promise<void> => {
    if (doing) await ask('POST', `${of}/${doing.attorney.id}/${doing.deed}`, Attorney, { why });
    setDoing(null);
    list.again();
  };
  return (
    <section class="card" aria-labelledby="attorneys">
      <header>
        <h2 id="attorneys">{w.attorneys.list}</h2>
        <StateField state={state} onPick={setState} />
      </header>
      <p class="quiet">
        {w.attorneys.pageIsAt} <a href={`#/attorney/${facility}`}>{`${location.origin}/#/attorney/${facility}`}</a>
      </p>
      <Pieces list={list} nothing={w.numbers.noWishes} label={w.attorneys.list}>
        <ul class="lines">
          {list.items.map((attorney) => (
            <li key={attorney.id} class="person">
              <div>
                <b>{attorney.number}</b> {attorney.name} · {attorney.bar}
                {attorney.firm !== null && ` · ${attorney.firm}`}
                <p class="quiet">
                  {attorney.email} · {w.attorneys.asked(timeOf(attorney.asked), attorney.origin)}
                  {attorney.decided !== null &&
                    ` · ${w.numbers.decided(attorney.decided_by ?? '', timeOf(attorney.decided), attorney.decided_why ?? '')}`}
                </p>
              </div>
              <DeedButtons state={attorney.state} of={attorney.name} onPress={(deed) => setDoing({ deed, attorney })} />
            </li>
          ))}
        </ul>
      </Pieces>
      {doing && (
        <WhyDialog
          title={`${w.numbers.deeds[doing.deed]}: ${doing.attorney.name}`}
          ask={w.attorneys.asks[doing.deed]}
          button={w.numbers.deeds[doing.deed]}
          onClose={() => setDoing(null)}
          send={does}
        />
      )}
    </section>
  );
}
