import { useEffect, useState } from 'preact/hooks';
import { type LockdownOrder, lockdownName } from '../../../protocol/lockdown.ts';
import type { Words } from '../words/en.ts';
import { timeOf, words } from '../words/words.ts';
import { given } from './give.ts';
import { type Obedience, obedienceTo } from './obedience.ts';
import { placeWords } from './scope.ts';

/** At most so often something is said, ms: a voice that is interrupted says nothing. */
const SAID_EVERY_MS = 1_500;

/** What was ordered here of late, and who has obeyed. It lies over the page: nothing moves when it comes. */
export function Obeyed() {
  const w = words.value;
  if (given.value.length === 0) return null;
  return (
    <section class="obeyed" aria-label={w.orders.given}>
      {given.value.map((order) => (
        <One key={lockdownName(order.scope)} order={order} />
      ))}
    </section>
  );
}

function One({ order }: { order: LockdownOrder }) {
  const w = words.value;
  const seen = obedienceTo(order);
  const place = placeWords(order.scope, w);
  const done = seen.obeyed === seen.of;
  return (
    <article class={done ? 'card order done' : 'card order'} aria-label={place}>
      <header>
        <h2>
          {place}: {w.orders.states[order.state]}
        </h2>
        <button
          type="button"
          class="plain cross"
          aria-label={w.orders.dismiss(place)}
          onClick={() => {
            given.value = given.peek().filter((one) => one !== order);
          }}
        >
          <span aria-hidden="true">✕</span>
        </button>
      </header>
      <p class="quiet">{detailsOf(order, w)}</p>
      <p class="count">{w.orders.obeyed(seen.obeyed, seen.of)}</p>
      <progress max={Math.max(1, seen.of)} value={seen.obeyed} aria-label={w.orders.obeyed(seen.obeyed, seen.of)} />
      <Names label={w.orders.waiting} names={seen.waiting} />
      <Names label={w.orders.silent} names={seen.silent} tint="bad" />
      <Names
        label={w.orders.refused}
        names={seen.refused.map(({ terminal, reason }) => `${terminal} (${reason})`)}
        tint="bad"
      />
      <Said order={order} seen={seen} />
    </article>
  );
}

/** So many names are told; of more, how many more there are. */
const NAMED = 40;

function Names({ label, names, tint = '' }: { label: string; names: readonly string[]; tint?: string }) {
  if (names.length === 0) return null;
  const more = names.length - NAMED;
  return (
    <p class={`names ${tint}`}>
      <b>
        {label} ({names.length})
      </b>{' '}
      {names.slice(0, NAMED).join(', ')}
      {more > 0 && `, ${words.value.orders.more(more)}`}
    </p>
  );
}

/** What a screen reader says: the count, when it has stood still for a moment, and no name of a phone that is only slow. */
function Said({ order, seen: { obeyed, of, refused } }: { order: LockdownOrder; seen: Obedience }) {
  const w = words.value;
  const [text, setText] = useState('');
  const next = [
    `${placeWords(order.scope, w)}: ${w.orders.obeyed(obeyed, of)}.`,
    ...refused.map(({ terminal, reason }) => `${terminal}: ${reason}.`),
  ].join(' ');
  useEffect(() => {
    const timer = window.setTimeout(() => setText(next), text === '' ? 200 : SAID_EVERY_MS);
    return () => window.clearTimeout(timer);
  }, [next, text]);
  return (
    <p class="hidden" role="status">
      {text}
    </p>
  );
}

function detailsOf({ state, mode, reason, until, issuer, since }: LockdownOrder, w: Words): string {
  const what =
    state === 'open' ? [] : [w.orders.modes[mode], until === null ? w.orders.noEnd : w.orders.until(timeOf(until))];
  return [...what, w.orders.by(issuer, timeOf(since)), reason].join(' · ');
}
