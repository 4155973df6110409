import { Block, Blocking } from '../../../protocol/api/numbers.ts';
import type { CallerId } from '../../../protocol/units.ts';
import { ask } from '../api/ask.ts';
import { FormDialog } from '../view/FormDialog.tsx';
import { textOf } from '../view/useForm.ts';
import { words } from '../words/words.ts';

/** Blocks a number or a pattern, for all or for one caller: `caller` null: who it is for is asked. */
export function BlockDialog(props: {
  path: `/${string}`;
  caller: CallerId | null;
  onClose: () => void;
  onDone: () => void;
}) {
  const w = words.value;
  const send = async (form: FormData): Promise<void> => {
    const [pattern, kind, note] = ['pattern', 'kind', 'note'].map((name) => textOf(form, name));
    const caller = props.caller ?? (textOf(form, 'caller') || null);
    await ask('POST', props.path, Block, { pattern, kind, note, caller });
    props.onDone();
  };
  return (
    <FormDialog title={w.numbers.block} button={w.numbers.block} onClose={props.onClose} send={send}>
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
    </FormDialog>
  );
}
