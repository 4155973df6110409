import { useEffect, useState } from 'preact/hooks';
import { type Caller, Callers as CallersPiece } from '../../../protocol/api/callers.ts';
import { here, may } from '../account/session.ts';
import { Pieces } from '../view/Pieces.tsx';
import { usePieces } from '../view/usePieces.ts';
import { words } from '../words/words.ts';
import { Admit } from './Admit.tsx';
import { CallerSheet } from './CallerSheet.tsx';
import { Slip } from './Slip.tsx';
import type { PinSlip } from './slip.ts';
import { stateOf } from './state.ts';

/** So many rows are shown: whoever looks for one man among thousands says a letter more. */
const SHOWN = 200;

/** Who may call from here. */
export function Callers() {
  const w = words.value.callers;
  const facility = here.value?.facility ?? '';
  const list = usePieces<Caller>(`/facilities/${facility}/callers?limit=1000`, CallersPiece);
  const [text, setText] = useState('');
  const [admitting, setAdmitting] = useState(false);
  const [looked, setLooked] = useState<string | null>(null);
  const [slip, setSlip] = useState<PinSlip | null>(null);
  // All are read, piece after piece: a name is found here, without a question for each letter.
  const { more, busy } = list;
  useEffect(() => {
    if (more && !busy) more();
  }, [more, busy]);

  const wanted = text.trim().toLowerCase();
  const found = list.items.filter((one) =>
    `${one.name} ${one.caller} ${one.unit ?? ''}`.toLowerCase().includes(wanted),
  );
  const open = list.items.find(({ caller }) => caller === looked);
  return (
    <section class="card" aria-labelledby="callers">
      <header>
        <h2 id="callers">{words.value.pages.callers}</h2>
        {may('callers.change') && (
          <button type="button" class="main" onClick={() => setAdmitting(true)}>
            {w.admit}
          </button>
        )}
      </header>
      <search class="search">
        <label class="field grow">
          {w.find}
          <input type="search" value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        </label>
        <p class="shown" role="status">
          {w.count(found.length)}
        </p>
      </search>
      <Pieces list={{ ...list, items: found, more: null }} nothing={w.nobody}>
        <table class="list">
          <thead>
            <tr>
              <th scope="col">{w.name}</th>
              <th scope="col">{w.id}</th>
              <th scope="col">{words.value.live.unit}</th>
              <th scope="col">{w.limit}</th>
              <th scope="col">{w.state}</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, SHOWN).map((one) => (
              <tr key={one.caller}>
                <th scope="row">
                  <button type="button" class="link" onClick={() => setLooked(one.caller)}>
                    {one.name}
                  </button>
                </th>
                <td>{one.caller}</td>
                <td>{one.unit ?? words.value.none}</td>
                <td>{one.limit_ms === null ? w.noLimit : w.minutes(one.limit_ms / 60_000)}</td>
                <td>
                  <span class={one.suspended ? 'tagged bad' : 'tagged'}>{w.states[stateOf(one)]}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {found.length > SHOWN && <p class="quiet">{words.value.orders.more(found.length - SHOWN)}</p>}
      </Pieces>
      {admitting && (
        <Admit
          onClose={() => setAdmitting(false)}
          onDone={(made) => {
            setAdmitting(false);
            setSlip(made);
            list.again();
          }}
        />
      )}
      {open && <CallerSheet caller={open} onClose={() => setLooked(null)} onChange={list.again} onSlip={setSlip} />}
      {slip && <Slip slip={slip} onClose={() => setSlip(null)} />}
    </section>
  );
}
