import { useEffect, useState } from 'preact/hooks';
import { link, notices, retryNow } from '../state.ts';

/** Says that the connection is lost and when it is tried again. */
export function Banner() {
  const { state, retryAt } = link.value;
  const [now, setNow] = useState(performance.now());
  const lost = state === 'lost';
  useEffect(() => {
    if (!lost) return;
    const timer = window.setInterval(() => setNow(performance.now()), 250);
    return () => window.clearInterval(timer);
  }, [lost]);
  const seconds = retryAt === null ? null : Math.max(0, Math.ceil((retryAt - now) / 1_000));
  return (
    <div role="alert">
      {lost && (
        <div class="banner">
          <b>Connection lost.</b>
          <span aria-hidden="true">{seconds === null ? 'Trying now…' : `Trying again in ${seconds} s.`}</span>
          <button type="button" onClick={retryNow}>
            Try now
          </button>
        </div>
      )}
    </div>
  );
}

/** What could not be done, one line each. */
export function Notices() {
  return (
    <ul class="notices" role="status" aria-label="Messages">
      {notices.value.map(({ id, line }) => (
        <li key={id}>{line}</li>
      ))}
    </ul>
  );
}
