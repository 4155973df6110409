import { useState } from 'preact/hooks';
import { Passkeys } from '../../../protocol/api/passkeys.ts';
import { Done } from '../../../protocol/api/people.ts';
import { ask } from '../api/ask.ts';
import { useAsked } from '../view/useAsked.ts';
import { textOf } from '../view/useForm.ts';
import { timeOf, words } from '../words/words.ts';
import { ProofDialog } from './ProofDialog.tsx';
import { knowsPasskeys, makePasskey } from './passkey.ts';

/** One's passkeys: adding one, and removing one that was lost. */
export function OwnPasskeys({ onChange }: { onChange: () => void }) {
  const w = words.value.passkeys;
  const { answer, wrong, again } = useAsked('/me/passkeys', Passkeys);
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<{ id: string; name: string } | null>(null);
  const done = (): void => {
    setAdding(false);
    setRemoving(null);
    again();
    onChange();
  };
  return (
    <section class="card" aria-labelledby="passkeys">
      <header>
        <h2 id="passkeys">{w.title}</h2>
        {knowsPasskeys && (
          <button type="button" class="main" onClick={() => setAdding(true)}>
            {w.add}
          </button>
        )}
      </header>
      <p class="quiet">{knowsPasskeys ? w.why : w.unknownHere}</p>
      <p class="wrong" role="alert">
        {wrong}
      </p>
      <ul class="lines">
        {answer?.items.map(({ id, name, made, used }) => (
          <li key={id} class="person">
            <div>
              <b>{name}</b>
              <p class="quiet">
                {w.made(timeOf(made))} · {used === null ? w.neverUsed : w.used(timeOf(used))}
              </p>
            </div>
            <div class="sheet-buttons">
              <button
                type="button"
                class="plain shut"
                aria-label={`${w.remove}: ${name}`}
                onClick={() => setRemoving({ id, name })}
              >
                {w.remove}
              </button>
            </div>
          </li>
        ))}
      </ul>
      {adding && <AddPasskey onClose={() => setAdding(false)} onDone={done} />}
      {removing && (
        <ProofDialog
          title={`${w.remove}: ${removing.name}`}
          says={`${w.removeAsk} ${words.value.mine.endsOthers}`}
          button={w.remove}
          danger
          onClose={() => setRemoving(null)}
          send={async (password) => {
            await ask('DELETE', '/me/passkeys', Done, { passkey: removing.id, password });
            done();
          }}
        />
      )}
    </section>
  );
}

function AddPasskey({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const w = words.value;
  return (
    <ProofDialog
      title={w.passkeys.add}
      says={`${w.passkeys.addAsk} ${w.mine.endsOthers}`}
      button={w.passkeys.add}
      onClose={onClose}
      send={async (password, form) => {
        const made = await makePasskey(password);
        await ask('POST', '/me/passkeys', Done, { name: textOf(form, 'name'), made });
        onDone();
      }}
    >
      <label class="field">
        {w.passkeys.name}
        <input type="text" name="name" autocomplete="off" required maxLength={60} />
        <small>{w.passkeys.nameHint}</small>
      </label>
    </ProofDialog>
  );
}
