import { useState } from 'preact/hooks';
import { type LiftRecord, Records as RecordsPiece } from '../../../protocol/api/records.ts';
import { EndingReason } from '../../../protocol/call.ts';
import { clock } from '../../kit/clock.ts';
import { here } from '../account/session.ts';
import { Pieces } from '../view/Pieces.tsx';
import { textOf } from '../view/useForm.ts';
import { usePieces } from '../view/usePieces.ts';
import { timeOf, words } from '../words/words.ts';
import { saveCsv } from './csv.ts';

/** What every lift of a handset left. */
export function Records() {
  const w = words.value.records;
  const [question, setQuestion] = useState('');
  const facility = here.value?.facility ?? '';
  const list = usePieces<LiftRecord>(`/facilities/${facility}/records?limit=100${question}`, RecordsPiece);
  const search = (event: SubmitEvent): void => {
    event.preventDefault();
    if (event.currentTarget instanceof HTMLFormElement) setQuestion(questionOf(new FormData(event.currentTarget)));
  };
  return (
    <section class="card" aria-labelledby="records">
      <header>
        <h2 id="records">{words.value.pages.records}</h2>
        <button
          type="button"
          class="plain"
          disabled={list.items.length === 0}
          onClick={() => saveCsv(list.items, `records-${facility}.csv`)}
        >
          {w.csv(list.items.length)}
        </button>
      </header>
      <form class="search" onSubmit={search}>
        <Text name="terminal" label={words.value.live.columns.phone} />
        <Text name="unit" label={words.value.live.unit} />
        <Text name="caller" label={w.callerId} />
        <Text name="number" label={words.value.live.columns.number} hint="+12025550123" />
        <label class="field">
          {w.ending}
          <select name="ending">
            <option value="">{w.any}</option>
            {EndingReason.options.map((ending) => (
              <option key={ending} value={ending}>
                {words.value.endings[ending]}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          {w.from}
          <input type="datetime-local" name="from" />
        </label>
        <label class="field">
          {w.to}
          <input type="datetime-local" name="to" />
        </label>
        <button type="submit" class="main">
          {w.search}
        </button>
      </form>
      <Pieces list={list} nothing={w.nothing}>
        <Table records={list.items} />
      </Pieces>
    </section>
  );
}

function Text({ name, label, hint }: { name: string; label: string; hint?: string }) {
  return (
    <label class="field">
      {label}
      <input type="text" name={name} placeholder={hint ?? ''} autocomplete="off" />
    </label>
  );
}

function Table({ records }: { records: readonly LiftRecord[] }) {
  const w = words.value;
  const { columns } = w.live;
  return (
    <table class="list">
      <thead>
        <tr>
          {[w.records.lifted, columns.phone, columns.caller, columns.number, w.records.ending].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
          <th scope="col" class="figure">
            {w.records.talked}
          </th>
          <th scope="col" class="figure">
            {w.records.charged}
          </th>
          <th scope="col">{columns.notes}</th>
        </tr>
      </thead>
      <tbody>
        {records.map((one) => (
          <tr key={`${one.terminal} ${one.call}`}>
            <th scope="row">{timeOf(one.lifted)}</th>
            <td>{one.terminal}</td>
            <td>{one.caller ?? w.none}</td>
            <td>{one.number ?? w.none}</td>
            <td>{w.endings[one.ending.reason]}</td>
            <td class="figure">{one.talked > 0 ? clock(one.talked) : w.none}</td>
            <td class="figure">{Number(one.charged) === 0 ? w.none : `$${one.charged}`}</td>
            <td>
              {one.privileged && <span class="tagged">{w.live.private}</span>}
              {one.differs.length > 0 && <span class="tagged bad">{w.records.differs}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What is asked for, as it stands in an address; moments are meant as this browser's clock has them. */
function questionOf(form: FormData): string {
  const plain = ['terminal', 'unit', 'caller', 'number', 'ending'].map((name) => [name, textOf(form, name)] as const);
  const moments = ['from', 'to'].map((name) => {
    const text = textOf(form, name);
    return [name, text === '' ? '' : new Date(text).toISOString()] as const;
  });
  return [...plain, ...moments]
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `&${name}=${encodeURIComponent(value)}`)
    .join('');
}
