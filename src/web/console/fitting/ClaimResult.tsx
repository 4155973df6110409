import { useEffect, useRef, useState } from 'preact/hooks';
import type { z } from 'zod';
import type { Claimed } from '../../../protocol/api/claims.ts';
import { SelfTest, testOf } from '../live/SelfTest.tsx';
import { words } from '../words/words.ts';

/** What came of a claim, what is still to be pressed at the phone, and what its self-test then found. */
export function ClaimResult({ claimed }: { claimed: z.infer<typeof Claimed> }) {
  const w = words.value.fitting;
  const { terminal, says, answer, replaced } = claimed;
  const test = testOf(terminal);
  // What hung there before may have tested itself, too.
  const [before] = useState(test?.ended);
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
      {test && test.ended !== before ? <SelfTest test={test} /> : <p class="quiet">{words.value.test.waits}</p>}
    </div>
  );
}
