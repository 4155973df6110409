import { computed, type Signal, signal } from '@preact/signals';
import type { TerminalId, UnitId } from '../../../protocol/units.ts';
import { allRows, shape, tick } from './phones.ts';
import type { Seen } from './seen.ts';

/** What of all phones is looked at. */
export const filter = signal<{ text: string; unit: UnitId | null; look: boolean }>({
  text: '',
  unit: null,
  look: false,
});

export type Item =
  | { readonly kind: 'unit'; readonly key: string; readonly unit: UnitId }
  | { readonly kind: 'phone'; readonly key: string; readonly terminal: TerminalId; readonly row: Signal<Seen> };

const natural = new Intl.Collator('en', { numeric: true });

/** All phones by unit and name. */
const sorted = computed(() => {
  shape.value;
  const units = Map.groupBy(allRows(), (row) => row.peek().phone.unit);
  return [...units]
    .sort(([a], [b]) => natural.compare(a, b))
    .map(([unit, rows]) => ({
      unit,
      rows: rows
        .map((row) => ({ row, terminal: row.peek().phone.terminal }))
        .sort((a, b) => natural.compare(a.terminal, b.terminal)),
    }));
});

export const units = computed(() => sorted.value.map(({ unit }) => unit));

/** The rows that are shown: each unit, and its phones below it. */
export const listed = computed((): readonly Item[] => {
  const { text, unit: only, look } = filter.value;
  const wanted = text.trim().toLowerCase();
  const narrow = wanted !== '' || look;
  // Only where it is asked how phones are can a change of one change what is shown.
  if (narrow) tick.value;
  return sorted.value.flatMap(({ unit, rows }): Item[] => {
    if (only !== null && unit !== only) return [];
    const kept = narrow ? rows.filter(({ row }) => isWanted(row.peek(), wanted, look)) : rows;
    if (kept.length === 0) return [];
    const phones = kept.map(({ row, terminal }) => ({
      kind: 'phone' as const,
      key: `phone ${terminal}`,
      terminal,
      row,
    }));
    return [{ kind: 'unit', key: `unit ${unit}`, unit }, ...phones];
  });
});

/** How many phones are shown. */
export const shownPhones = computed(() =>
  listed.value.reduce((sum, { kind }) => (kind === 'phone' ? sum + 1 : sum), 0),
);

function isWanted({ phone, look }: Seen, text: string, onlyLook: boolean): boolean {
  if (onlyLook && !look) return false;
  if (text === '') return true;
  const { terminal, unit, call } = phone;
  return [terminal, unit, call?.name, call?.caller, call?.number].some((word) => word?.toLowerCase().includes(text));
}
