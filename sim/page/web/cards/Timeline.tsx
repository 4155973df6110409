import { computed, signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { TimelineEntry } from '../../../world/port.ts';
import { timeline } from '../state.ts';
import { Press } from '../view/Press.tsx';
import { timeOfDay } from '../view/time.ts';

/** Lifts of the handset, oldest first; what came before the first is a group of its own. */
const calls = computed(() => {
  const groups: TimelineEntry[][] = [];
  let before: number | null = null;
  for (const entry of timeline.value) {
    const next = entry.since !== null && (before === null || entry.since < before);
    if (next || groups.length === 0) groups.push([]);
    groups.at(-1)?.push(entry);
    before = entry.since ?? before;
  }
  return groups;
});

/** How many calls back is looked at; 0 is the one that goes now. */
const back = signal(0);

type Row = TimelineEntry & { readonly until?: TimelineEntry; readonly times: number };

/** Keys pressed one after another, as a PIN is, are one row. */
function rows(entries: readonly TimelineEntry[]): Row[] {
  const made: Row[] = [];
  for (const entry of entries) {
    const last = made.at(-1);
    if (last && entry.tag === 'key' && last.tag === 'key') {
      made[made.length - 1] = { ...last, until: entry, times: last.times + 1 };
    } else made.push({ ...entry, times: 1 });
  }
  return made;
}

const since = ({ since: ms, at }: TimelineEntry): string =>
  ms === null ? timeOfDay(at) : `${(ms / 1_000).toFixed(3)} s`;

/** All that happened in one call, to the millisecond since the handset was lifted. */
export function Timeline() {
  const list = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  const count = calls.value.length;
  const shown = Math.min(back.value, Math.max(0, count - 1));
  const entries = calls.value[count - 1 - shown] ?? [];

  useLayoutEffect(() => {
    const element = list.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [entries]);

  return (
    <>
      <div class="tools">
        <Press class="plain" off={shown >= count - 1} onPress={() => (back.value = shown + 1)}>
          Earlier
        </Press>
        <span class="quiet">{entries[0] ? `Call at ${timeOfDay(entries[0].at)}` : 'No call yet'}</span>
        <Press class="plain" off={shown === 0} onPress={() => (back.value = shown - 1)}>
          Later
        </Press>
      </div>
      {entries.length === 0 && <p class="empty">Lift the handset: each thing that happens is written here.</p>}
      <ol
        class="timeline scroll"
        ref={list}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Timeline of the call"
        onScroll={({ currentTarget: e }) => {
          atEnd.current = e.scrollTop + e.clientHeight > e.scrollHeight - 30;
        }}
      >
        {rows(entries).map((entry, i) => (
          <li key={`${entry.at} ${i}`} class={entry.tag.startsWith('ended') ? 'entry ended' : 'entry'}>
            <time>{since(entry)}</time>
            <span class={`source ${entry.source}`}>{entry.source}</span>
            <span class="text">
              {entry.text}
              {entry.until && ` × ${entry.times}, the last at ${since(entry.until)}`}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
