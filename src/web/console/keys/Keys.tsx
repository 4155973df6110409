import { Asked, KeysOfFacility } from '../../../protocol/api/orders.ts';
import type { KeyRequest, Permit } from '../../../protocol/key-set.ts';
import { here, may, me } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { SecondPerson } from '../orders/SecondPerson.tsx';
import { telling } from '../view/telling.ts';
import { useAsked } from '../view/useAsked.ts';
import { timeOf, words } from '../words/words.ts';
import { KeyTable, type KnownKeys } from './KeyTable.tsx';
import { makeKey, ownKey } from './own.ts';
import { Requests } from './Requests.tsx';

/** What a key that is made here asks to be allowed, over the whole facility: to order, to cut off, and hotlines for who sets those. Whoever signs may grant less. */
const wanted = (): readonly Permit[] => [
  { to: 'orders', over: { kind: 'facility' } },
  { to: 'commands', over: { kind: 'facility' } },
  ...(may('facility.change') ? [{ to: 'hotlines' } as const] : []),
];

/** Whose key may order what, and this browser's own. */
export function Keys() {
  const w = words.value.keys;
  const facility = here.value?.facility ?? '';
  const { answer, wrong, again } = useAsked(`/facilities/${facility}/keys`, KeysOfFacility);
  return (
    <div class="pages">
      <Own keys={answer} onChange={again} />
      <section class="card" aria-labelledby="keys-set">
        <header>
          <h2 id="keys-set">{w.set}</h2>
          {answer && <p class="quiet">{answer.sequence === 0 ? w.noSet : w.setNumber(answer.sequence)}</p>}
        </header>
        <p class="wrong" role="alert">
          {wrong}
        </p>
        {answer && (
          <SecondPerson
            waiting={answer.waiting}
            path={`/facilities/${facility}/keys`}
            right="keys.change"
            what={({ sequence, issuers }) => words.value.second.newKeys(String(sequence), [issuers].flat().join(', '))}
            onDone={again}
          />
        )}
        {answer && <KeyTable keys={answer} onChange={again} />}
      </section>
      {answer && may('keys.change') && (
        <Requests requests={answer.requests} sequence={answer.sequence} onChange={again} />
      )}
    </div>
  );
}

/** The key of this browser: none, asked for, or in force. */
function Own({ keys, onChange }: { keys: KnownKeys | null; onChange: () => void }) {
  const w = words.value.keys;
  const own = ownKey.value;
  if (own === 'looking' || !may('orders.give')) return null;
  const issuer = own?.key.kid;
  const entry = keys?.keys.find((one) => one.issuer === issuer && one.revoked === null);
  const asked = keys?.requests.some(({ key }) => key.kid === issuer) ?? false;
  const revoked = keys?.keys.some((one) => one.issuer === issuer && one.revoked !== null) ?? false;
  const state =
    own === null ? w.ownNone : entry ? w.ownAccepted : revoked ? w.ownRevoked : asked ? w.ownAsked : w.ownUnknown;
  const make = telling(async () => {
    await requestKey((await makeKey()).key);
    onChange();
  });
  const askAgain = telling(async () => {
    if (own) await requestKey(own.key);
    onChange();
  });
  return (
    <section class="card" aria-labelledby="keys-own">
      <header>
        <h2 id="keys-own">{w.own}</h2>
      </header>
      <p class={entry ? 'own good' : 'own'} role="status">
        {state}
      </p>
      {own && (
        <p class="quiet">
          {w.issuer}: <code>{issuer}</code> · {w.made(timeOf(own.made))}
          {entry && ` · ${entry.until === null ? w.noEnd : w.until(timeOf(entry.until))}`}
        </p>
      )}
      {own === null && <p>{w.noneWhy}</p>}
      <div class="sheet-buttons">
        {(own === null || revoked) && (
          <button type="button" class="main" onClick={make}>
            {w.make}
          </button>
        )}
        {own !== null && keys && !entry && !asked && !revoked && (
          <button type="button" class="main" onClick={askAgain}>
            {w.askAgain}
          </button>
        )}
      </div>
    </section>
  );
}

/** Asks that a key be added to the facility's set. @throws Problem */
async function requestKey(key: KeyRequest['key']): Promise<void> {
  const facility = here.peek()?.facility ?? '';
  await ask('POST', `/facilities/${facility}/keys/requests`, Asked, {
    ...{ key, name: me.peek()?.name ?? key.kid, wanted: wanted() },
  });
}
