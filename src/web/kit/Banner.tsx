import { useEffect, useState } from 'preact/hooks';
import { notices } from './notices.ts';

interface BannerWords {
  readonly lost: string;
  readonly trying: string;
  readonly again: (seconds: number) => string;
  readonly retry: string;
}

/** Says that the connection is lost and when it is tried again (`retryAt`, by `performance.now()`). */
export function Banner(props: { lost: boolean; retryAt: number | null; words: BannerWords; onRetry: () => void }) {
  const { lost, retryAt, words, onRetry } = props;
  const [now, setNow] = useState(performance.now());
  useEffect(() => {
    if (!lost) return;
    setNow(performance.now());
    const timer = window.setInterval(() => setNow(performance.now()), 250);
    return () => window.clearInterval(timer);
  }, [lost]);
  const seconds = retryAt === null ? null : Math.max(0, Math.ceil((retryAt - now) / 1_000));
  return (
    <div role="alert">
      {lost && (
        <div class="banner">
          <b>{words.lost}</b>
          <span aria-hidden="true">{seconds === null ? words.trying : words.again(seconds)}</span>
          <button type="button" onClick={onRetry}>
            {words.retry}
          </button>
        </div>
      )}
    </div>
  );
}

/** What could not be done, one line each. */
export function Notices({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label}>
      <ul class="notices">
        {notices.value.map(({ id, line }) => (
          <li key={id}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
