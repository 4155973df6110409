import { Done, OpenSessions } from '../../../protocol/api/people.ts';
import { ask } from '../api/ask.ts';
import { telling } from '../view/telling.ts';
import { useAsked } from '../view/useAsked.ts';
import { timeOf, words } from '../words/words.ts';

/** Where one is signed in, and ending that elsewhere. */
export function OwnSessions() {
  const w = words.value.mine;
  const { answer, wrong, again } = useAsked('/me/sessions', OpenSessions);
  const endOthers = telling(async () => {
    await ask('DELETE', '/me/sessions', Done);
    again();
  });
  return (
    <section class="card" aria-labelledby="sessions">
      <header>
        <h2 id="sessions">{w.sessions}</h2>
        {answer?.items.some(({ here }) => !here) && (
          <button type="button" class="plain shut" onClick={endOthers}>
            {w.endOthers}
          </button>
        )}
      </header>
      <p class="wrong" role="alert">
        {wrong}
      </p>
      <ul class="lines" aria-live="polite">
        {answer?.items.map(({ began, seen, here }) => (
          <li key={began}>
            {here ? <b>{w.hereNow}</b> : w.seen(timeOf(seen))} <span class="quiet">{w.began(timeOf(began))}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
