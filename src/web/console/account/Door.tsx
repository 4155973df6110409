import type { ComponentChildren } from 'preact';
import icon from '../../kit/icon.svg';
import { LookAndLanguage } from '../view/LookAndLanguage.tsx';
import { words } from '../words/words.ts';

/** The page of who is not in yet: one card. */
export function Door({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="door">
      <header class="top">
        <h1>
          <img src={icon} alt="" width="30" height="30" />
          {words.value.name}
        </h1>
        <div class="who">
          <LookAndLanguage />
        </div>
      </header>
      <main id="content">
        <section class="card" aria-labelledby="door">
          <h2 id="door">{title}</h2>
          {children}
        </section>
      </main>
    </div>
  );
}
