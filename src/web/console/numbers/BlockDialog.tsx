import { Block, Blocking } from '../../../protocol/api/numbers.ts';
import type { CallerId } from '../../../protocol/units.ts';
import { Dialog } from '../../kit/Dialog.tsx';
import { ask } from '../api/ask.ts';
import { textOf, useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';

/** Blocks a number or a pattern, for all or for one caller: `caller` null: who it is for is asked. */
export function BlockDialog(props: {
  path: `/${string}`;
  caller: CallerId | null;
  onClose: () => void;
  onDone: () => void;
}) {
  const w = words.value;
  const { wrong, busy, submit } = useForm(async (form) => {
    const [pattern, kind, note] = ['pattern', 'kind', 'note'].map((name) => textOf(form, name));
    const caller = props.caller ?? (textOf(form, 'caller') || null);
    await ask('POST', props.path, Block, { pattern, kind, note, caller });
    props.onDone();
  });
  return (
    <Dialog title={w.numbers.block} close={w.close} onClose={props.onClose}>
      <form onSubmit={submit}>
        <label class="field">
          {w.numbers.pattern}
          <input type="text" name="pattern" required maxLength={30} autocomplete="off" />
          <small>{w.numbers.patternHint}</small>
        </label>
        <label class="field">
          {w.numbers.kind}
          <select name="kind">
            {Blocking.shape.kind.options.map((kind) => (
              <option key={kind} value={kind}>
                {w.numbers.kinds[kind]}
              </option>
            ))}
          </select>
        </label>
        {props.caller === null && (
          <label class="field">
            {w.numbers.forWhom}
            <input type="text" name="caller" maxLength={63} autocomplete="off" />
            <small>{w.numbers.forWhomHint}</small>
          </label>
        )}
        <label class="field">
          {w.orders.why}
          <input type="text" name="note" required maxLength={500} />
        </label>
        <p class="wrong" role="alert">
          {wrong}
        </p>
        <button type="submit" class="main" disabled={busy}>
          {w.numbers.block}
        </button>
      </form>
    </Dialog>
  );
}
