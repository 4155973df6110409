import { useState } from 'preact/hooks';
import { type LiftRecord, Records as RecordsPiece } from '../../../protocol/api/records.ts';
import { clock } from '../../kit/clock.ts';
import { here } from '../account/session.ts';
import { linkTo } from '../route.ts';
import { Pieces } from '../view/Pieces.tsx';
import { usePieces } from '../view/usePieces.ts';
import { timeOf, words } from '../words/words.ts';
import { SearchForm } from './SearchForm.tsx';

/** What every lift of a handset left. */
export function Records() {
  const w = words.value.records;
  const [question, setQuestion] = useState('');
  const facility = here.value?.facility ?? '';
  const list = usePieces<LiftRecord>(`/facilities/${facility}/records?limit=100${question}`, RecordsPiece);
  return (
    <section class="card" aria-labelledby="records">
      <header>
        <h2 id="records">{words.value.pages.records}</h2>
        <span class="sheet-buttons">
          <a class="plain" href={linkTo(here.value?.facility ?? null, 'reports')}>
            {words.value.pages.reports}
          </a>
          <a class="plain" href={`/api/facilities/${facility}/records.csv?${question.slice(1)}`} download="">
            {w.csv}
          </a>
        </span>
      </header>
      <SearchForm onSearch={setQuestion} />
      <Pieces list={list} nothing={w.nothing}>
        <Table records={list.items} />
      </Pieces>
    </section>
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
            <td>
              {one.caller ?? w.none}
              {one.name !== null && <div class="quiet">{one.name}</div>}
            </td>
            <td>
              {one.number ?? one.dialled ?? w.none}
              {one.dialled !== null && <div class="quiet">{w.records.dialled}</div>}
            </td>
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
