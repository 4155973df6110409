import { useState } from 'preact/hooks';
import type { z } from 'zod';
import { TrailPage } from '../../../protocol/api/trail.ts';
import { here } from '../account/session.ts';
import { Pieces } from '../view/Pieces.tsx';
import { textOf } from '../view/useForm.ts';
import { usePieces } from '../view/usePieces.ts';
import { timeOf, words } from '../words/words.ts';

type Line = z.infer<typeof TrailPage>['items'][number];

/** Who did what, and why. */
export function Trail() {
  const w = words.value;
  const [question, setQuestion] = useState('');
  const files = `/api/facilities/${here.value?.facility ?? ''}/trail`;
  const [of, setOf] = useState<'trail' | 'trail/sign-ins'>('trail');
  const list = usePieces<Line>(`/facilities/${here.value?.facility ?? ''}/${of}?limit=100${question}`, TrailPage);
  const search = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const form = new FormData(event.currentTarget);
    const asked = ['text', 'actor', 'what'].map((name) => [name, textOf(form, name)] as const);
    const wanted = asked.filter(([, value]) => value !== '');
    setOf(form.has('signIns') ? 'trail/sign-ins' : 'trail');
    setQuestion(wanted.map(([name, value]) => `&${name}=${encodeURIComponent(value)}`).join(''));
  };
  return (
    <section class="card" aria-labelledby="trail">
      <header>
        <h2 id="trail">{w.pages.trail}</h2>
        {(['csv', 'jsonl'] as const).map((form) => (
          <a key={form} class="plain" href={`${files}.${form}?${question.slice(1)}`} download="">
            {w.trail[form]}
          </a>
        ))}
      </header>
      <form class="search" onSubmit={search}>
        {(['text', 'actor', 'what'] as const).map((name) => (
          <label key={name} class="field">
            {w.trail[name]}
            <input type="text" name={name} autocomplete="off" />
          </label>
        ))}
        <label class="tick">
          <input type="checkbox" name="signIns" /> {w.trail.signIns}
        </label>
        <button type="submit" class="main">
          {w.records.search}
        </button>
      </form>
      <Pieces list={list} nothing={w.trail.nothing}>
        <table class="list">
          <thead>
            <tr>
              {[w.trail.number, w.trail.when, w.trail.actor, w.trail.what, w.trail.subject, w.orders.why].map(
                (name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {list.items.map((line) => (
              <tr key={line.number}>
                <td>{line.number}</td>
                <th scope="row">{timeOf(line.at)}</th>
                <td>
                  {line.actor_name}
                  <br />
                  <span class="quiet">{[line.roles, line.origin].filter(Boolean).join(' · ')}</span>
                </td>
                <td>
                  <code>{line.what}</code>
                </td>
                <td>{pairs(line.subject)}</td>
                <td>
                  {line.why}
                  <Before before={line.before} after={line.after} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Pieces>
    </section>
  );
}

const pairs = (of: Readonly<Record<string, unknown>> | null): string =>
  Object.entries(of ?? {})
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');

/** What was before and what is since, where the line tells. */
function Before({ before, after }: Pick<Line, 'before' | 'after'>) {
  const w = words.value.trail;
  if (before === null && after === null) return null;
  return (
    <details>
      <summary>{w.change}</summary>
      {before && (
        <p class="quiet">
          {w.before}: {pairs(before)}
        </p>
      )}
      {after && (
        <p class="quiet">
          {w.after}: {pairs(after)}
        </p>
      )}
    </details>
  );
}
