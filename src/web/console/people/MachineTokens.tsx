import { useState } from 'preact/hooks';
import { Done, MadeToken, NewToken, Tokens } from '../../../protocol/api/people.ts';
import { Dialog } from '../../kit/Dialog.tsx';
import { here, may } from '../account/session.ts';
import { ask, parse } from '../api/ask.ts';
import { FormDialog } from '../view/FormDialog.tsx';
import { useAsked } from '../view/useAsked.ts';
import { textOf } from '../view/useForm.ts';
import { timeOf, words } from '../words/words.ts';

/** Tokens of machines that work with the facility: each with a name, with what it is for, and an end. */
export function MachineTokens() {
  const w = words.value;
  const path = `/facilities/${here.value?.facility ?? ''}/tokens` as const;
  const { answer, wrong, again } = useAsked(path, Tokens);
  const [doing, setDoing] = useState<'make' | { end: string; name: string } | { made: string } | null>(null);
  const close = () => setDoing(null);
  const make = async (form: FormData): Promise<void> => {
    const rights = NewToken.shape.rights.element.options.filter((right) => form.has(right));
    const wanted = parse(NewToken, { name: textOf(form, 'name'), days: Number(textOf(form, 'days')), rights });
    const { token } = await ask('POST', path, MadeToken, wanted);
    again();
    setDoing({ made: token });
  };
  const end = async (id: string): Promise<void> => {
    await ask('DELETE', `${path}/${id}`, Done, {});
    again();
  };
  return (
    <section class="card" aria-labelledby="tokens">
      <header>
        <h2 id="tokens">{w.tokens.title}</h2>
        {may('people.change') && (
          <button type="button" class="plain" onClick={() => setDoing('make')}>
            {w.tokens.make}
          </button>
        )}
      </header>
      {wrong && <p class="wrong">{wrong}</p>}
      {answer?.items.length === 0 && <p class="empty">{w.tokens.none}</p>}
      <ul class="lines">
        {answer?.items.map(({ id, name, rights, made_by, expires, used }) => (
          <li key={id} class="person">
            <div>
              <b>{name}</b> <span class="quiet">{rights.join(', ')}</span>
              <p class="quiet">{w.tokens.facts(made_by, timeOf(expires), used === null ? null : timeOf(used))}</p>
            </div>
            {may('people.change') && (
              <button
                type="button"
                class="plain shut"
                aria-label={`${w.tokens.end}: ${name}`}
                onClick={() => setDoing({ end: id, name })}
              >
                {w.tokens.end}
              </button>
            )}
          </li>
        ))}
      </ul>
      {doing === 'make' && (
        <FormDialog
          title={w.tokens.make}
          button={w.tokens.make}
          onClose={() => setDoing((now) => (now === 'make' ? null : now))}
          send={make}
        >
          <label class="field">
            {w.people.name}
            <input type="text" name="name" required maxLength={100} />
          </label>
          <label class="field">
            {w.tokens.days}
            <input type="number" name="days" min={1} max={366} required defaultValue={90} />
          </label>
          <fieldset>
            <legend>{w.tokens.rights}</legend>
            {NewToken.shape.rights.element.options.filter(may).map((right) => (
              <label key={right} class="tick">
                <input type="checkbox" name={right} /> <code>{right}</code>
              </label>
            ))}
          </fieldset>
        </FormDialog>
      )}
      {doing !== null && doing !== 'make' && 'end' in doing && (
        <FormDialog
          title={`${w.tokens.end}: ${doing.name}`}
          button={w.tokens.end}
          onClose={close}
          send={() => end(doing.end)}
          says={w.tokens.endAsk}
        />
      )}
      {doing !== null && doing !== 'make' && 'made' in doing && (
        <Dialog title={w.tokens.title} close={w.close} onClose={close}>
          <p>{w.tokens.once}</p>
          <p>
            <code class="slip">{doing.made}</code>
          </p>
        </Dialog>
      )}
    </section>
  );
}
