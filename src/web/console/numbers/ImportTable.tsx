import { useState } from 'preact/hooks';
import { ListsImported } from '../../../protocol/api/numbers.ts';
import { notice } from '../../kit/notices.ts';
import { here } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { textOf, useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';

/** So many lines are shown of what a table would change. */
const SHOWN = 100;

/** Puts the numbers of a table on lists: what that changes is shown first. */
export function ImportTable() {
  const w = words.value.numbers;
  const [csv, setCsv] = useState('');
  const [told, setTold] = useState<ListsImported | null>(null);
  const path = `/facilities/${here.value?.facility ?? ''}/lists/import` as const;
  const taken = (text: string): void => {
    setCsv(text);
    setTold(null);
  };
  const { wrong, busy, submit } = useForm(async (form) => {
    const sure = told !== null;
    const answer = await ask('POST', path, ListsImported, { csv, dry_run: !sure, why: textOf(form, 'why') });
    if (!sure) return setTold(answer);
    taken('');
    notice(w.imported(answer.changes.length));
  });
  return (
    <section class="card" aria-labelledby="import">
      <header>
        <h2 id="import">{w.table}</h2>
      </header>
      <p class="quiet">{w.tableHint}</p>
      <form class="new-set" onSubmit={submit}>
        <label class="field">
          {w.file}
          <input
            type="file"
            accept=".csv,text/csv"
            onChange={({ currentTarget }) => void currentTarget.files?.[0]?.text().then(taken)}
          />
        </label>
        <label class="field">
          {w.paste}
          <textarea
            rows={6}
            required
            maxLength={60_000}
            value={csv}
            placeholder={'caller,number,privileged\n1001,202-555-0123,no'}
            onInput={({ currentTarget }) => taken(currentTarget.value)}
          />
        </label>
        <label class="field">
          {words.value.orders.why}
          <input type="text" name="why" required maxLength={500} />
        </label>
        <div role="status">{told && <Told told={told} />}</div>
        <p class="wrong" role="alert">
          {wrong}
        </p>
        <button type="submit" class="main" disabled={busy || (told !== null && !isGood(told))}>
          {told === null ? w.preview : w.importNow(told.changes.length)}
        </button>
      </form>
    </section>
  );
}

const isGood = ({ wrong, changes }: ListsImported): boolean => wrong.length === 0 && changes.length > 0;

function Told({ told: { changes, same, wrong } }: { told: ListsImported }) {
  const w = words.value;
  const added = changes.filter(({ change }) => change === 'added').length;
  const more = Math.max(wrong.length, changes.length) - SHOWN;
  return (
    <>
      <p>{w.numbers.told(added, changes.length - added, same, wrong.length)}</p>
      <ul class="lines">
        {wrong.length > 0
          ? wrong.slice(0, SHOWN).map(({ line, why }) => (
              <li key={line} class="wrong">
                {w.numbers.line(line)}: {why}
              </li>
            ))
          : changes.slice(0, SHOWN).map(({ line, caller, number, change }) => (
              <li key={line}>
                <b>{number}</b> {w.numbers.ofCaller(caller)} <span class="tagged">{w.numbers.changes[change]}</span>
              </li>
            ))}
      </ul>
      {more > 0 && <p class="quiet">{w.orders.more(more)}</p>}
    </>
  );
}
