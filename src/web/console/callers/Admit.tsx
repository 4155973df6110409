import { PinSlip as Schema } from '../../../protocol/api/callers.ts';
import { LANGUAGES } from '../../../protocol/units.ts';
import { Dialog } from '../../kit/Dialog.tsx';
import { here } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { textOf, useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';
import type { PinSlip } from './slip.ts';

/** Lets somebody in: a name is enough. */
export function Admit({ onClose, onDone }: { onClose: () => void; onDone: (slip: PinSlip) => void }) {
  const w = words.value;
  const { wrong, busy, submit } = useForm(async (form) => {
    const caller = textOf(form, 'caller');
    const minutes = textOf(form, 'minutes');
    const body = {
      name: textOf(form, 'name'),
      language: LANGUAGES.find((one) => one === textOf(form, 'language')) ?? null,
      limit_ms: minutes === '' ? null : Number(minutes) * 60_000,
      ...(caller === '' ? {} : { caller }),
    };
    onDone(await ask('POST', `/facilities/${here.peek()?.facility ?? ''}/callers`, Schema, body));
  });
  return (
    <Dialog title={w.callers.admit} close={w.close} onClose={onClose}>
      <form onSubmit={submit}>
        <label class="field">
          {w.callers.name}
          <input type="text" name="name" required maxLength={120} autocomplete="off" />
        </label>
        <label class="field">
          {w.callers.id}
          <input type="text" name="caller" maxLength={63} autocomplete="off" pattern="[A-Za-z0-9][A-Za-z0-9_\-]*" />
          <small>{w.callers.idHint}</small>
        </label>
        <label class="field">
          {w.callers.language}
          <select name="language">
            <option value="">{w.callers.asksLanguage}</option>
            {LANGUAGES.map((one) => (
              <option key={one} value={one}>
                {w.callers.languages[one]}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          {w.callers.limitMinutes}
          <input type="number" name="minutes" min={1} max={99} step={1} />
          <small>{w.callers.limitHint}</small>
        </label>
        <p class="wrong" role="alert">
          {wrong}
        </p>
        <button type="submit" class="main" disabled={busy}>
          {w.callers.admitNow}
        </button>
      </form>
    </Dialog>
  );
}
