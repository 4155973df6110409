import { useState } from 'preact/hooks';
import { readAnnounced } from '../../../protocol/announced-table.ts';
import { type AnnouncedBox, AnnouncedBoxes } from '../../../protocol/api/claims.ts';
import { notice } from '../../kit/notices.ts';
import { may } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { useForm } from '../view/useForm.ts';
import { words } from '../words/words.ts';

/** Phones that are meant for a place before they come. */
export function ExpectedBoxes(props: { path: `/${string}`; expected: readonly AnnouncedBox[]; onChange: () => void }) {
  const w = words.value.fitting;
  const { expected } = props;
  return (
    <section class="card" aria-labelledby="expected">
      <header>
        <h2 id="expected">{w.expectedTitle}</h2>
      </header>
      {expected.length === 0 ? <p class="empty">{w.expectedNone}</p> : <BoxList boxes={expected} />}
      {may('terminals.change') && <AnnounceForm {...props} />}
    </section>
  );
}

function AnnounceForm(props: { path: `/${string}`; expected: readonly AnnouncedBox[]; onChange: () => void }) {
  const w = words.value.fitting;
  const [csv, setCsv] = useState('');
  const [read, setRead] = useState<ReturnType<typeof readAnnounced> | null>(null);
  const taken = (text: string): void => {
    setCsv(text);
    setRead(null);
  };
  const { wrong, busy, submit } = useForm(async () => {
    if (read === null) return setRead(readAnnounced(csv));
    const { items } = await ask('PUT', `${props.path}/announced`, AnnouncedBoxes, { items: read.items });
    taken('');
    notice(w.saved(items.length));
    props.onChange();
  });
  return (
    <form class="new-set" onSubmit={submit}>
      <p class="quiet">{w.expectedHint}</p>
      <label class="field">
        {w.file}
        <input
          type="file"
          accept=".csv,text/csv"
          onChange={({ currentTarget }) => void currentTarget.files?.[0]?.text().then(taken)}
        />
      </label>
      <label class="field">
        {w.table}
        <textarea
          rows={4}
          maxLength={200_000}
          value={csv}
          placeholder={'10000000d3a4f1c2,B,B-1\n10000000d3a4f1c3,B,B-2'}
          onInput={({ currentTarget }) => taken(currentTarget.value)}
        />
      </label>
      <div role="status">{read && <Told read={read} expected={props.expected} />}</div>
      <p class="wrong" role="alert">
        {wrong}
      </p>
      <button type="submit" class="main" disabled={busy || (read?.wrong.length ?? 0) > 0}>
        {read === null ? w.preview : w.announce(read.items.length)}
      </button>
    </form>
  );
}

/** What a table says, before it is saved, and what of the one before it leaves out. */
function Told({ read, expected }: { read: ReturnType<typeof readAnnounced>; expected: readonly AnnouncedBox[] }) {
  const w = words.value.fitting;
  if (read.wrong.length > 0)
    return (
      <ul class="lines">
        {read.wrong.map(({ line, why }) => (
          <li key={line} class="wrong">
            {w.line(line, why)}
          </li>
        ))}
      </ul>
    );
  const gone = expected.filter(({ serial }) => !read.items.some((item) => item.serial === serial));
  return (
    <>
      <BoxList boxes={read.items} />
      {gone.length > 0 && <p class="wrong">{w.gone(gone.map(({ serial }) => serial).join(', '))}</p>}
    </>
  );
}

function BoxList({ boxes }: { boxes: readonly AnnouncedBox[] }) {
  const w = words.value.fitting;
  return (
    <ul class="lines boxes">
      {boxes.map(({ serial, unit, terminal }) => (
        <li key={serial}>
          <code>{serial}</code> <b>{terminal}</b> <span class="quiet">{w.inUnit(unit)}</span>
        </li>
      ))}
    </ul>
  );
}
