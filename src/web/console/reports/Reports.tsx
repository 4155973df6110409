import { useState } from 'preact/hooks';
import { FrequentNumbers, SharedNumbers, WrongPins } from '../../../protocol/api/reports.ts';
import { may } from '../account/session.ts';
import { timeOf, words } from '../words/words.ts';
import type { Days } from './CsvLink.tsx';
import { FigurePart } from './FigurePart.tsx';
import { ListPart } from './ListPart.tsx';
import { OutageList } from './OutageList.tsx';
import { dayText } from './whole.ts';

/** So many days are looked at, until other ones are asked for. */
const AT_FIRST = 7;

/** What happened in some days, in figures. */
export function Reports() {
  const w = words.value;
  const [days, setDays] = useState<Days>({ first: dayText(Date.now(), 1 - AT_FIRST), last: dayText(Date.now(), 0) });
  return (
    <>
      <section class="card" aria-labelledby="reports">
        <header>
          <h2 id="reports">{w.pages.reports}</h2>
        </header>
        <div class="search">
          {(['first', 'last'] as const).map((end) => (
            <label key={end} class="field">
              {w.reports[end]}
              <input
                type="date"
                value={days[end]}
                onChange={({ currentTarget: { value } }) => value !== '' && setDays({ ...days, [end]: value })}
              />
            </label>
          ))}
          <p class="quiet">{w.reports.clock}</p>
        </div>
      </section>
      {may('calls.read') && <CallReports days={days} />}
      {may('terminals.read') && <OutageList days={days} />}
    </>
  );
}

/** Of lifts and calls. */
function CallReports({ days }: { days: Days }) {
  const w = words.value;
  const { columns } = w.live;
  const { titles } = w.reports;
  return (
    <>
      <FigurePart days={days} />
      <ListPart
        {...{ name: 'wrong-pins', title: titles.wrongPins, days, schema: WrongPins }}
        columns={[
          [columns.phone, ({ terminal }) => terminal],
          [w.reports.hour, ({ hour }) => `${hour}:00`],
          [w.reports.times, ({ lifts }) => String(lifts)],
          [w.reports.lastTime, ({ last }) => timeOf(last)],
        ]}
      />
      <ListPart
        {...{ name: 'shared-numbers', title: titles.shared, days, schema: SharedNumbers }}
        columns={[
          [columns.number, ({ number }) => number],
          [w.pages.callers, ({ callers }) => callers.join(', ')],
          [w.reports.times, ({ times }) => String(times)],
          [w.reports.refused, ({ refused }) => String(refused)],
          [w.reports.lastTime, ({ last }) => timeOf(last)],
        ]}
      />
      <ListPart
        {...{ name: 'frequent-numbers', title: titles.frequent, days, schema: FrequentNumbers }}
        columns={[
          [columns.number, ({ number }) => number],
          [w.reports.times, ({ times }) => String(times)],
          [w.reports.refused, ({ refused }) => String(refused)],
          [w.pages.callers, ({ callers }) => String(callers)],
          [w.reports.lastTime, ({ last }) => timeOf(last)],
        ]}
      />
    </>
  );
}
