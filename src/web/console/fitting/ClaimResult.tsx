import { useEffect, useRef } from 'preact/hooks';
import type { z } from 'zod';
import type { Claimed } from '../../../protocol/api/claims.ts';
import { words } from '../words/words.ts';

/** What came of a claim, and what is still to be pressed at the phone. */
export function ClaimResult({ claimed }: { claimed: z.infer<typeof Claimed> }) {
  const w = words.value.fitting;
  const { terminal, says, answer, replaced } = claimed;
  const place = useRef<HTMLDivElement>(null);
  // On a telephone it stands below what can be seen.
  useEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), []);
  return (
    <div class="claimed" ref={place}>
      <p>
        <b>{w.claimed(terminal)}</b>
      </p>
      <p class="quiet">{w.box(says.serial, says.model, says.version)}</p>
      {answer !== null && (
        <>
          <p>{w.answer}</p>
          <p class="answer">{answer}</p>
        </>
      )}
      {replaced !== null && <p>{w.replaced(replaced)}</p>}
    </div>
  );
}
