import { words } from '../words/words.ts';

/** One bar: what it is of, how high it is, and that in words. */
export interface Bar {
  readonly of: string;
  readonly value: number;
  readonly says: string;
}

/** Units of the picture that a bar and its gap are wide, and that all are high; the page stretches it to its own width. */
const [WIDE, GAP, HIGH] = [10, 2, 100];

/** Bars of one measure, the tallest as high as the picture, and the same as a table. */
export function Bars({ title, bars }: { title: string; bars: readonly Bar[] }) {
  const w = words.value.reports;
  const most = bars.reduce<Bar | null>((best, bar) => (best === null || bar.value > best.value ? bar : best), null);
  if (most === null || most.value === 0) return <p class="empty">{w.nothing}</p>;
  const named = [bars[0], bars[Math.floor(bars.length / 2)], bars.at(-1)].map((bar) => bar?.of ?? '');
  return (
    <figure class="chart">
      <figcaption>{w.most(title, most.of, most.says)}</figcaption>
      <svg viewBox={`0 0 ${bars.length * WIDE} ${HIGH}`} preserveAspectRatio="none" aria-hidden="true">
        {bars.map(({ of, value, says }, i) => {
          const high = (value / most.value) * HIGH;
          return (
            <rect key={of} x={i * WIDE + GAP / 2} y={HIGH - high} width={WIDE - GAP} height={high}>
              <title>{`${of}: ${says}`}</title>
            </rect>
          );
        })}
      </svg>
      <p class="axis quiet" aria-hidden="true">
        {[...new Set(named)].map((name) => (
          <span key={name}>{name}</span>
        ))}
      </p>
      <details>
        <summary>{w.asTable}</summary>
        <table class="list" aria-label={title}>
          <tbody>
            {bars.map(({ of, says }) => (
              <tr key={of}>
                <th scope="row">{of}</th>
                <td class="figure">{says}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
