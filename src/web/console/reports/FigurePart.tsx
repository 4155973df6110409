import { useState } from 'preact/hooks';
import { type Figure, FigureBy, Figures } from '../../../protocol/api/reports.ts';
import { useAsked } from '../view/useAsked.ts';
import { words } from '../words/words.ts';
import { Bars } from './Bars.tsx';
import { CsvLink, type Days, pathOf } from './CsvLink.tsx';
import { whole } from './whole.ts';

const MEASURES = ['calls', 'minutes', 'money', 'lifts'] as const;
type Measure = (typeof MEASURES)[number];

const VALUE: Readonly<Record<Measure, (figure: Figure) => number>> = {
  calls: ({ calls }) => calls,
  lifts: ({ lifts }) => lifts,
  minutes: ({ talked }) => Math.round(talked / 60_000),
  money: ({ charged }) => Number(charged),
};

/** Calls, minutes and money by hour, day or unit, as bars. */
export function FigurePart({ days }: { days: Days }) {
  const w = words.value.reports;
  const [by, setBy] = useState<FigureBy>('hour');
  const [measure, setMeasure] = useState<Measure>('calls');
  const more = `&by=${by}`;
  const { answer, wrong } = useAsked(pathOf('figures', days, more), Figures);
  const says = (figure: Figure): string =>
    measure === 'money' ? `$${figure.charged}` : String(VALUE[measure](figure));
  const figures = whole(answer?.items ?? [], by, days.first, days.last);
  return (
    <section class="card" aria-labelledby="figures">
      <header>
        <h2 id="figures">{w.figures}</h2>
        <label class="field">
          {w.measure}
          <select
            value={measure}
            onChange={({ currentTarget }) => setMeasure(MEASURES.find((one) => one === currentTarget.value) ?? 'calls')}
          >
            {MEASURES.map((one) => (
              <option key={one} value={one}>
                {w.measures[one]}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          {w.by}
          <select value={by} onChange={({ currentTarget }) => setBy(FigureBy.parse(currentTarget.value))}>
            {FigureBy.options.map((one) => (
              <option key={one} value={one}>
                {w.bys[one]}
              </option>
            ))}
          </select>
        </label>
        <CsvLink name="figures" days={days} more={more} of={w.figures} />
      </header>
      <p class="wrong" role="alert">
        {wrong}
      </p>
      <Bars
        title={`${w.measures[measure]}, ${w.bys[by]}`}
        bars={figures.map((figure) => ({ of: figure.of, value: VALUE[measure](figure), says: says(figure) }))}
      />
    </section>
  );
}
