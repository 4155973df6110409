import { useEffect, useState } from 'preact/hooks';

/** So long a second press is waited for, ms. */
const PATIENCE = 6_000;

/** A button for what cannot be undone: the first press says what will come of the second. */
export function TwicePress(props: { text: string; again: string; why: string; onPress: () => void }) {
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (!asked) return;
    const timer = window.setTimeout(() => setAsked(false), PATIENCE);
    return () => window.clearTimeout(timer);
  }, [asked]);
  return (
    <div class="twice">
      <button
        type="button"
        class={asked ? 'plain asked' : 'plain'}
        onClick={() => {
          setAsked(!asked);
          if (asked) props.onPress();
        }}
      >
        {asked ? props.again : props.text}
      </button>
      <p class="quiet" role="status">
        {asked ? props.why : ''}
      </p>
    </div>
  );
}
