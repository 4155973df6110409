import type { z } from 'zod';
import { Asked, type KeysOfFacility, KeysTaken } from '../../../protocol/api/orders.ts';
import type { KeyRequest } from '../../../protocol/key-set.ts';
import { here } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { telling } from '../view/telling.ts';
import { useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import { permitWords } from './KeyTable.tsx';

type Requested = z.infer<typeof KeysOfFacility>['requests'][number];

/** Keys that somebody asks to have accepted: taken to who keeps the root key, and what he signed is brought back. */
export function Requests(props: { requests: readonly Requested[]; sequence: number; onChange: () => void }) {
  const w = words.value;
  const { requests, sequence, onChange } = props;
  return (
    <section class="card" aria-labelledby="keys-asked">
      <header>
        <h2 id="keys-asked">{w.keys.asked}</h2>
        {requests.length > 0 && (
          <button type="button" class="plain" onClick={() => save(requests)}>
            {w.keys.saveRequests}
          </button>
        )}
      </header>
      {requests.length === 0 && <p class="quiet">{w.keys.noRequests}</p>}
      <ul class="lines">
        {requests.map(({ key, name, may, by, thumbprint }) => (
          <li key={key.x}>
            <b>{name}</b> <code>{key.kid}</code>
            <br />
            <span class="quiet">
              {permitWords(may, w).join('; ')} · {w.keys.askedBy(by)}
            </span>{' '}
            <button
              type="button"
              class="plain"
              aria-label={`${w.keys.refuse}: ${name}`}
              onClick={telling(async () => {
                await ask('DELETE', `/facilities/${here.peek()?.facility ?? ''}/keys/requests/${thumbprint}`, Asked);
                onChange();
              })}
            >
              {w.keys.refuse}
            </button>
          </li>
        ))}
      </ul>
      <NewSet next={sequence + 1} onChange={onChange} />
    </section>
  );
}

function NewSet({ next, onChange }: { next: number; onChange: () => void }) {
  const w = words.value.keys;
  const { wrong, busy, submit } = useForm(async (form) => {
    const file = form.get('file');
    const pasted = form.get('jws');
    const text = file instanceof File && file.size > 0 ? await file.text() : String(pasted ?? '');
    await ask('PUT', `/facilities/${here.peek()?.facility ?? ''}/keys`, KeysTaken, { jws: text.trim() });
    onChange();
  });
  return (
    <form class="new-set" onSubmit={submit}>
      <h3>{w.newSet}</h3>
      <p class="quiet">{w.newSetHow(next)}</p>
      <label class="field">
        {w.file}
        <input type="file" name="file" accept=".jws,.txt,application/jose" />
      </label>
      <label class="field">
        {w.paste}
        <textarea name="jws" rows={3} spellcheck={false} />
      </label>
      <p class="wrong" role="alert">
        {wrong}
      </p>
      <button type="submit" class="main" disabled={busy}>
        {w.putSet}
      </button>
    </form>
  );
}

/** Gives the requests as a file, for a machine that is on no network. */
function save(requests: readonly KeyRequest[]): void {
  const plain = requests.map(({ facility, key, name, may, by }) => ({ facility, key, name, may, by }));
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(plain, null, 2)}\n`], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'key-requests.json';
  link.click();
  URL.revokeObjectURL(url);
}
