import type { ComponentChildren } from 'preact';
import { may } from '../account/session.ts';

/** One part of the page, with the button that changes it for who may. */
export function Part(props: { title: string; button?: string; onPress?: () => void; children: ComponentChildren }) {
  return (
    <section class="card" aria-label={props.title}>
      <header>
        <h2>{props.title}</h2>
        {props.button && may('facility.change') && (
          <button type="button" class="plain" onClick={props.onPress}>
            {props.button}
          </button>
        )}
      </header>
      {props.children}
    </section>
  );
}
