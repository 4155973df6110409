import { useState } from 'preact/hooks';
import type { z } from 'zod';
import type { TotpOffer } from '../../../protocol/api/people.ts';
import { telling } from '../view/telling.ts';
import { words } from '../words/words.ts';
import { OwnPasskeys } from './OwnPasskeys.tsx';
import { AppDialog, askForApp, CodesDialog, PasswordDialog, RecoveryDialog } from './OwnProofs.tsx';
import { OwnSessions } from './OwnSessions.tsx';
import { me } from './session.ts';

type Doing = 'password' | 'recovery' | { readonly offer: z.infer<typeof TotpOffer> };

/** One's own proofs, and where one is signed in. */
export function MyAccount() {
  const w = words.value.mine;
  const [doing, setDoing] = useState<Doing | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  // What was changed has ended the other sessions: they are asked for anew.
  const [changes, setChanges] = useState(0);
  const onClose = (): void => {
    setDoing(null);
    setChanges((count) => count + 1);
  };
  const begin = {
    password: () => setDoing('password'),
    app: telling(async () => setDoing({ offer: await askForApp() })),
    recovery: () => setDoing('recovery'),
  };
  return (
    <section class="pages mine" aria-label={words.value.pages.account}>
      <div class="card">
        <header>
          <h2>{me.value?.name}</h2>
        </header>
        <ul class="lines">
          {(['password', 'app', 'recovery'] as const).map((proof) => (
            <li key={proof} class="person">
              <div>
                <b>{w.proofs[proof]}</b>
                <p class="quiet">{w.whys[proof]}</p>
              </div>
              <div class="sheet-buttons">
                <button type="button" class="plain" onClick={begin[proof]}>
                  {w.deeds[proof]}
                </button>
              </div>
            </li>
          ))}
        </ul>
      </div>
      <OwnPasskeys onChange={onClose} />
      <OwnSessions key={changes} />
      {doing === 'password' && <PasswordDialog onClose={onClose} />}
      {doing === 'recovery' && <RecoveryDialog onClose={onClose} onDone={setCodes} />}
      {codes && <CodesDialog codes={codes} onClose={() => setCodes(null)} />}
      {doing !== null && typeof doing === 'object' && <AppDialog offer={doing.offer} onClose={onClose} />}
    </section>
  );
}
