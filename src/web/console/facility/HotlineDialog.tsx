import type { z } from 'zod';
import { HotlinesOfFacility } from '../../../protocol/api/facilities.ts';
import { HotlineList } from '../../../protocol/messages.ts';
import { signHotlines } from '../../../protocol/signing.ts';
import { here } from '../account/session.ts';
import { ask, parse } from '../api/ask.ts';
import { keyHere } from '../orders/give.ts';
import { FormDialog } from '../view/FormDialog.tsx';
import { minutesIn, textOf } from '../view/useForm.ts';
import { useLines } from '../view/useLines.ts';
import { words } from '../words/words.ts';

/** A list of hotlines, to be changed and signed by this browser's key. */
export function HotlineDialog(props: {
  path: `/${string}`;
  list: z.infer<typeof HotlinesOfFacility>;
  onClose: () => void;
  onDone: () => void;
}) {
  const w = words.value;
  const { path, list, onClose, onDone } = props;
  const { lines, add, drop } = useLines(list.hotlines);
  const send = async (form: FormData): Promise<void> => {
    const key = keyHere();
    if (key === null) return;
    const hotlines = lines.map(({ key: line }) => ({
      ...{ code: textOf(form, `code-${line}`), number: textOf(form, `number-${line}`) },
      limit: minutesIn(form, `minutes-${line}`),
      ...{ hidden: form.has(`hidden-${line}`), privileged: form.has(`privileged-${line}`) },
    }));
    // The phones' own files begin with 1: a list that is given here goes before those.
    const sequence = Math.max(list.sequence, 1) + 1;
    const wanted = parse(HotlineList, { facility: here.peek()?.facility, sequence, hotlines });
    const jws = await signHotlines(wanted, { kid: key.key.kid, held: key.held });
    await ask('PUT', `${path}/hotlines`, HotlinesOfFacility, { jws });
    onDone();
  };
  return (
    <FormDialog title={w.facility.hotlines} button={w.facility.sign} onClose={onClose} send={send}>
      <p class="quiet">{w.facility.hotlineHint}</p>
      {lines.map(({ key, value }) => (
        <fieldset key={key} class="line">
          <legend class="hidden">{value?.code ?? w.facility.newHotline}</legend>
          <label class="field">
            {w.facility.code}
            <input type="text" name={`code-${key}`} required pattern="\*[0-9]{2,3}" defaultValue={value?.code ?? '*'} />
          </label>
          <label class="field">
            {w.facility.number}
            <input
              type="tel"
              name={`number-${key}`}
              required
              pattern="\+[0-9]{7,15}"
              defaultValue={value?.number ?? '+1'}
            />
          </label>
          <label class="field">
            {w.callers.limitMinutes}
            <input
              type="number"
              name={`minutes-${key}`}
              min={1}
              required
              defaultValue={(value?.limit ?? 900_000) / 60_000}
            />
          </label>
          <label class="tick">
            <input type="checkbox" name={`privileged-${key}`} defaultChecked={value?.privileged ?? false} />{' '}
            {w.live.private}
          </label>
          <label class="tick">
            <input type="checkbox" name={`hidden-${key}`} defaultChecked={value?.hidden ?? false} /> {w.facility.hidden}
          </label>
          <button type="button" class="plain" onClick={() => drop(key)}>
            {w.facility.drop}
          </button>
        </fieldset>
      ))}
      <button type="button" class="plain" onClick={add}>
        {w.facility.newHotline}
      </button>
    </FormDialog>
  );
}
