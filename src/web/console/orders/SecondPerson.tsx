import type { z } from 'zod';
import type { Decision, Waiting } from '../../../protocol/api/approvals.ts';
import { Done } from '../../../protocol/api/people.ts';
import type { Right } from '../../../protocol/api/rights.ts';
import { may } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { telling } from '../view/telling.ts';
import { timeOf, words } from '../words/words.ts';

interface Props {
  readonly waiting: readonly Waiting[];
  /** Under which it is decided on, and with which right. */
  readonly path: `/facilities/${string}`;
  readonly right: Right;
  /** What one would do, in words. */
  readonly what: (told: Waiting['told']) => string;
  readonly onDone: () => void;
}

/** What somebody has asked for and waits for somebody else, who approves or declines it here. */
export function SecondPerson({ waiting, path, right, what, onDone }: Props) {
  const w = words.value.second;
  const decide = ({ approval, digest }: Waiting, decision: z.infer<typeof Decision>['decision']) =>
    telling(async () => {
      try {
        await ask('POST', `${path}/waiting/${approval}`, Done, { decision, digest });
      } finally {
        onDone();
      }
    });
  return (
    <div role="status" aria-label={w.title} class={waiting.length === 0 ? 'hidden' : 'second'}>
      {waiting.map((one) => {
        const text = what(one.told);
        return (
          <article key={one.approval} aria-label={text}>
            <p>
              <b>{text}</b> {w.title}: {w.asked(one.by, timeOf(one.at), timeOf(one.expires))}
              {one.own && ` ${w.own}`}
            </p>
            {may(right) && (
              <span class="order-buttons">
                {!one.own && (
                  <button
                    type="button"
                    class="main"
                    aria-label={`${w.approve}: ${text}`}
                    onClick={decide(one, 'approve')}
                  >
                    {w.approve}
                  </button>
                )}
                <button
                  type="button"
                  class="plain"
                  aria-label={`${one.own ? w.takeBack : w.decline}: ${text}`}
                  onClick={decide(one, 'decline')}
                >
                  {one.own ? w.takeBack : w.decline}
                </button>
              </span>
            )}
          </article>
        );
      })}
    </div>
  );
}
