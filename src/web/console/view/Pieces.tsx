import type { ComponentChildren } from 'preact';
import { words } from '../words/words.ts';

/** What stands round a list that comes in pieces: what is wrong, that there is nothing, and the button for more. */
export function Pieces(props: {
  list: { items: readonly unknown[]; wrong: string; busy: boolean; more: (() => void) | null };
  nothing: string;
  /** What the list is of, where there is more than one on a page. */
  label?: string;
  children: ComponentChildren;
}) {
  const w = words.value;
  const { items, wrong, busy, more } = props.list;
  return (
    <>
      {wrong && (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
      {items.length === 0 ? (
        <p class="empty" role="status">
          {busy ? w.loading : wrong ? '' : props.nothing}
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard
        <section class="wide" tabIndex={0} aria-label={props.label ?? w.list}>
          {props.children}
        </section>
      )}
      {more && (
        <p class="more">
          <button type="button" class="plain" disabled={busy} onClick={more}>
            {w.more}
          </button>
        </p>
      )}
    </>
  );
}
