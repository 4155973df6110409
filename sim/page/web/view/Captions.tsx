import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Captions as Said } from '../../../world/port.ts';
import { snapshot } from '../state.ts';
import { SPEAKER_NAMES } from '../words.ts';

/** Above the newest line, px. */
const MARGIN = 8;

/** What is said at one end of the line, in words; the newest is last and in view. */
export function Captions({ end, label }: { end: keyof Said; label: string }) {
  const list = useRef<HTMLDivElement>(null);
  const lines = snapshot.value?.captions[end] ?? [];
  useLayoutEffect(() => {
    const newest = list.current?.lastElementChild;
    // Its beginning is in view, however long it is.
    if (list.current && newest instanceof HTMLElement) list.current.scrollTop = newest.offsetTop - MARGIN;
  }, [lines.at(-1)?.at, lines.length]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard
    <div class="captions" role="log" aria-label={label} tabIndex={0} ref={list}>
      {lines.map(({ at, who, language, text }) => (
        <p key={`${at} ${text}`}>
          <b>{who === 'phone' ? 'Phone' : SPEAKER_NAMES[who]}</b> <span lang={language}>{text}</span>
        </p>
      ))}
    </div>
  );
}
