import { useState } from 'preact/hooks';
import { Decommissioned } from '../../../protocol/api/claims.ts';
import { notice } from '../../kit/notices.ts';
import { may } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { SelfTest, testOf } from '../live/SelfTest.tsx';
import { WhyDialog } from '../view/WhyDialog.tsx';
import { timeOf, words } from '../words/words.ts';
import type { Claim } from './places.ts';

/** So many phones are shown at once on a telephone. */
const SHOWN = 50;

/** The phones that were claimed: which box each is, who claimed it, and whether it came for what it needs. */
export function ClaimedList(props: { path: `/${string}`; claims: readonly Claim[]; onChange: () => void }) {
  const w = words.value;
  const { path, claims, onChange } = props;
  const [typed, setTyped] = useState('');
  const [leaving, setLeaving] = useState<Claim | null>(null);
  const wanted = typed.trim().toLowerCase();
  const like = claims.filter(({ terminal, says }) => `${terminal} ${says.serial}`.toLowerCase().includes(wanted));
  const takeOut = async (why: string): Promise<void> => {
    if (leaving === null) return;
    const at = `${path}/terminals/${leaving.terminal}/decommission` as const;
    const { terminal, serial } = await ask('POST', at, Decommissioned, { why });
    notice(w.fitting.takenOut(terminal, serial));
    onChange();
  };
  return (
    <section class="card" aria-labelledby="claimed">
      <header>
        <h2 id="claimed">{w.fitting.list}</h2>
      </header>
      {claims.length > 0 && (
        <label class="field">
          {w.fitting.findPhone}
          <input
            type="search"
            autocomplete="off"
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </label>
      )}
      {like.length === 0 && (
        <p class="empty" role="status">
          {claims.length === 0 ? w.fitting.none : w.fitting.nothing}
        </p>
      )}
      <ul class="lines">
        {like.slice(0, SHOWN).map((claim) => (
          <li key={claim.terminal} class="person">
            <ClaimedPhone claim={claim} />
            {may('terminals.change') && (
              <div class="sheet-buttons">
                <button
                  type="button"
                  class="plain shut"
                  aria-label={`${w.fitting.takeOut}: ${claim.terminal}`}
                  onClick={() => setLeaving(claim)}
                >
                  {w.fitting.takeOut}
                </button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {like.length > SHOWN && <p class="quiet">{w.fitting.moreTyped(like.length - SHOWN)}</p>}
      {leaving && (
        <WhyDialog
          title={`${w.fitting.takeOut}: ${leaving.terminal}`}
          ask={w.fitting.takeOutAsk}
          button={w.fitting.takeOut}
          danger
          onClose={() => setLeaving(null)}
          send={takeOut}
        />
      )}
    </section>
  );
}

function ClaimedPhone({ claim }: { claim: Claim }) {
  const w = words.value.fitting;
  const { terminal, says, claimed, claimed_by, issued, certified_until: until } = claim;
  const hasRunOut = until !== null && Date.parse(until) < Date.now();
  const test = testOf(terminal);
  return (
    <div>
      <b>{terminal}</b>{' '}
      <span class={issued === null ? 'tagged warn' : 'tagged good'}>{issued === null ? w.notIssued : w.issued}</span>
      {hasRunOut && <span class="tagged warn">{w.certificateOut}</span>}
      <p>{w.box(says.serial, says.model, says.version)}</p>
      <p class="quiet">{w.claimedBy(claimed_by, timeOf(claimed))}</p>
      {test && <SelfTest test={test} />}
    </div>
  );
}
