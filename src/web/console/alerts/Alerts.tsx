import { useEffect, useState } from 'preact/hooks';
import { Alert, Alerts as AlertsPiece } from '../../../protocol/api/alerts.ts';
import { here, may } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { linkTo } from '../route.ts';
import { Pieces } from '../view/Pieces.tsx';
import { telling } from '../view/telling.ts';
import { usePieces } from '../view/usePieces.ts';
import { timeOf, words } from '../words/words.ts';
import { openAlerts } from './open.ts';

const STATES = ['open', 'acknowledged'] as const;

/** What somebody must look at, and who has. */
export function Alerts() {
  const w = words.value;
  const [state, setState] = useState<(typeof STATES)[number]>('open');
  const of = `/facilities/${here.value?.facility ?? ''}/alerts` as const;
  const list = usePieces<Alert>(`${of}?state=${state}`, AlertsPiece);
  const { again } = list;
  // Whatever is told of alerts, those that stand here are not those of now.
  useEffect(() => openAlerts.subscribe(() => again()), [of, state]);
  const acknowledge = async (alert: Alert): Promise<void> => {
    await ask('POST', `${of}/${alert.id}/acknowledge`, Alert, {});
    again();
  };
  return (
    <section class="card" aria-labelledby="alerts">
      <header>
        <h2 id="alerts">{w.pages.alerts}</h2>
        <label class="field">
          {w.callers.state}
          <select
            value={state}
            onChange={({ currentTarget }) => setState(currentTarget.value === 'open' ? 'open' : 'acknowledged')}
          >
            {STATES.map((one) => (
              <option key={one} value={one}>
                {w.alerts.states[one]}
              </option>
            ))}
          </select>
        </label>
        <a class="plain" href={linkTo(here.value?.facility ?? null, 'reports')}>
          {w.pages.reports}
        </a>
      </header>
      <Pieces list={list} nothing={w.alerts.nothing[state]}>
        <ul class="lines">
          {list.items.map((alert) => (
            <One key={alert.id} alert={alert} onAcknowledge={telling(() => acknowledge(alert))} />
          ))}
        </ul>
      </Pieces>
    </section>
  );
}

function One({ alert, onAcknowledge }: { alert: Alert; onAcknowledge: () => void }) {
  const w = words.value.alerts;
  const { kind, place, times, first, last, acknowledged, acknowledged_by } = alert;
  return (
    <li class="person">
      <div>
        <b>{w.kinds[kind]}</b> {place !== null && <span class="tagged">{place}</span>}
        <p>{w.todo[kind]}</p>
        <p class="quiet">
          {times === 1 ? timeOf(last) : w.times(times, timeOf(first), timeOf(last))}
          {acknowledged !== null && ` · ${w.acknowledged(acknowledged_by ?? '', timeOf(acknowledged))}`}
        </p>
        <p class="quiet" lang="en">
          {alert.what}
        </p>
      </div>
      {acknowledged === null && may('orders.give') && (
        <button
          type="button"
          class="plain"
          aria-label={w.acknowledgeThis(w.kinds[kind], place)}
          onClick={onAcknowledge}
        >
          {w.acknowledge}
        </button>
      )}
    </li>
  );
}
