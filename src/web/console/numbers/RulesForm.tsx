import { NumberRules } from '../../../protocol/api/numbers.ts';
import { notice } from '../../kit/notices.ts';
import { here, may } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { useAsked } from '../view/useAsked.ts';
import { textOf, useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';

/** Whether callers ask for numbers by dialling them, and whether lists learn. */
export function RulesForm() {
  const w = words.value;
  const path = `/facilities/${here.value?.facility ?? ''}/number-rules` as const;
  const { answer, wrong: unread } = useAsked(path, NumberRules);
  const { wrong, busy, submit } = useForm(async (form) => {
    const learns = Number(textOf(form, 'learns') || 0);
    await ask('PUT', path, NumberRules, { wishes: form.has('wishes'), learns, why: textOf(form, 'why') });
    notice(w.numbers.rulesSet);
  });
  const changes = may('facility.change');
  return (
    <section class="card" aria-labelledby="rules">
      <header>
        <h2 id="rules">{w.numbers.rules}</h2>
      </header>
      <p class="quiet">{w.numbers.rulesHint}</p>
      {unread && <p class="wrong">{unread}</p>}
      {answer && (
        <form class="new-set" onSubmit={submit}>
          <label>
            <input type="checkbox" name="wishes" defaultChecked={answer.wishes} disabled={!changes} />{' '}
            {w.numbers.asksStaff}
          </label>
          <label class="field">
            {w.numbers.learns}
            <input
              type="number"
              name="learns"
              min={0}
              max={100}
              step={1}
              defaultValue={answer.learns}
              disabled={!changes}
            />
            <small>{w.numbers.learnsHint}</small>
          </label>
          {changes && (
            <>
              <label class="field">
                {w.orders.why}
                <input type="text" name="why" required maxLength={500} />
              </label>
              <p class="wrong" role="alert">
                {wrong}
              </p>
              <button type="submit" class="main" disabled={busy}>
                {w.save}
              </button>
            </>
          )}
        </form>
      )}
    </section>
  );
}
