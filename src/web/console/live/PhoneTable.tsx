import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useRowsInView } from '../../kit/rows.ts';
import { words } from '../words/words.ts';
import { type Item, listed } from './listed.ts';
import { PhoneRow } from './PhoneRow.tsx';
import { known } from './phones.ts';
import { UnitRow } from './UnitRow.tsx';

const COLUMNS = ['phone', 'state', 'caller', 'number', 'pays', 'time', 'heard', 'notes'] as const;
const PAGE = 12;

/** The rows of all phones, of which only those in view are there. One of them is a stop of the Tab key; arrow keys go on from it. */
export function PhoneTable() {
  const w = words.value.live;
  const items = listed.value;
  const body = useRef<HTMLTableSectionElement>(null);
  const heights = useHeights();
  const offsets = useMemo(() => offsetsOf(items, heights), [items, heights]);
  const [from, to] = useRowsInView(body, offsets);
  const [current, setCurrent] = useState('');
  const wanted = useRef(false);

  const found = items.findIndex(({ key }) => key === current);
  const stop = Math.max(0, found);
  useLayoutEffect(() => {
    if (!wanted.current) return;
    wanted.current = false;
    const button = body.current?.querySelector<HTMLElement>(`[aria-rowindex="${stop + 2}"] button`);
    button?.focus({ preventScroll: true });
    button?.closest('tr')?.scrollIntoView({ block: 'nearest' });
  });

  const go = (event: KeyboardEvent): void => {
    const to = { ArrowDown: stop + 1, ArrowUp: stop - 1, PageDown: stop + PAGE, PageUp: stop - PAGE }[event.key];
    const ends = { Home: 0, End: items.length - 1 }[event.key];
    const next = items[ends ?? Math.min(items.length - 1, Math.max(0, to ?? -1))];
    if ((to === undefined && ends === undefined) || !next) return;
    event.preventDefault();
    wanted.current = true;
    setCurrent(next.key);
  };

  if (items.length === 0) return <p class="empty">{emptyWords()}</p>;
  const shown = items.slice(from, to).map((item, i) => ({ item, index: from + i }));
  // The row that has the focus, or had it last, stays wherever the window is: nothing that lives takes the focus away, and a dialog gives it back.
  const kept = items[stop];
  if (found >= 0 && kept && (stop < from || stop >= to)) shown.push({ item: kept, index: stop });
  return (
    <table class="phones" aria-label={w.table} aria-describedby="phones-help" aria-rowcount={items.length + 1}>
      <caption id="phones-help" class="hidden">
        {w.tableHelp}
      </caption>
      <thead>
        <tr aria-rowindex={1}>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" class={column}>
              {w.columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody
        ref={body}
        style={{ height: `${offsets.at(-1) ?? 0}px` }}
        onKeyDown={go}
        onFocusIn={({ target }: FocusEvent) => {
          const key = target instanceof Element ? target.closest('tr')?.dataset.key : undefined;
          if (key !== undefined) setCurrent(key);
        }}
      >
        {shown.map(({ item, index }) => {
          const place = { id: item.key, index: index + 2, top: offsets[index] ?? 0, stop: index === stop };
          return item.kind === 'unit' ? (
            <UnitRow key={item.key} unit={item.unit} {...place} />
          ) : (
            <PhoneRow key={item.key} row={item.row} {...place} />
          );
        })}
      </tbody>
    </table>
  );
}

const emptyWords = (): string => {
  const { loading, live } = words.value;
  if (!known.value) return loading;
  return live.nothing;
};

interface Heights {
  readonly unit: number;
  readonly phone: number;
}

/** How high rows are, px, as the style has it for this width of the window. */
function useHeights(): Heights {
  const [heights, set] = useState<Heights>({ unit: 48, phone: 40 });
  useEffect(() => {
    const look = (): void => {
      const style = getComputedStyle(document.documentElement);
      const read = (name: string): number => Number.parseFloat(style.getPropertyValue(name)) || 40;
      const next = { unit: read('--unit-row'), phone: read('--phone-row') };
      set((last) => (last.unit === next.unit && last.phone === next.phone ? last : next));
    };
    look();
    window.addEventListener('resize', look);
    return () => window.removeEventListener('resize', look);
  }, []);
  return heights;
}

function offsetsOf(items: readonly Item[], heights: Heights): number[] {
  let end = 0;
  const offsets = [0];
  for (const { kind } of items) {
    end += heights[kind];
    offsets.push(end);
  }
  return offsets;
}
