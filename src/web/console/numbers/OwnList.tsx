import { useState } from 'preact/hooks';
import type { z } from 'zod';
import { ListedNumber, Unlisted } from '../../../protocol/api/numbers.ts';
import { may } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { WhyDialog } from '../view/WhyDialog.tsx';
import { words } from '../words/words.ts';
import { EntryDialog } from './EntryDialog.tsx';
import { makerOf } from './maker.ts';

type Entry = z.infer<typeof ListedNumber>;

/** The numbers of one caller, and what staff change of them. `path`: of the caller. */
export function OwnList(props: { path: `/${string}`; numbers: readonly Entry[]; onChange: () => void }) {
  const w = words.value;
  const { path, numbers, onChange } = props;
  const [doing, setDoing] = useState<'put' | { deed: 'change' | 'unlist'; entry: Entry } | null>(null);
  const of = (number: string) => `${path}/numbers/${encodeURIComponent(number)}` as const;
  const done = () => {
    setDoing(null);
    onChange();
  };
  return (
    <>
      <h3>{w.callers.numbers}</h3>
      {numbers.length === 0 && <p class="quiet">{w.callers.noNumbers}</p>}
      <ul class="lines">
        {numbers.map((entry) => (
          <li key={entry.number} class="person">
            <div>
              <b>{entry.number}</b> {entry.privileged && <span class="tagged">{w.live.private}</span>}{' '}
              {!entry.privileged && !entry.recorded && <span class="tagged">{w.live.notRecorded}</span>}{' '}
              {entry.free && <span class="tagged">{w.live.pays.free}</span>}
              <p class="quiet">{w.numbers.addedBy(makerOf(entry.added_by))}</p>
            </div>
            {may('numbers.change') && (
              <div class="sheet-buttons">
                {(['change', 'unlist'] as const).map((deed) => (
                  <button
                    key={deed}
                    type="button"
                    class="plain"
                    aria-label={`${w.numbers.deeds[deed]}: ${entry.number}`}
                    onClick={() => setDoing({ deed, entry })}
                  >
                    {w.numbers.deeds[deed]}
                  </button>
                ))}
              </div>
            )}
          </li>
        ))}
      </ul>
      {may('numbers.change') && (
        <button type="button" class="plain" onClick={() => setDoing('put')}>
          {w.numbers.put}
        </button>
      )}
      {doing !== null && (doing === 'put' || doing.deed === 'change') && (
        <EntryDialog
          title={doing === 'put' ? w.numbers.put : doing.entry.number}
          button={w.save}
          number={doing === 'put' ? null : doing.entry.number}
          entry={doing === 'put' ? undefined : doing.entry}
          onClose={() => setDoing(null)}
          send={async (number, listing) => {
            await ask('PUT', of(number), ListedNumber, listing);
            done();
          }}
        />
      )}
      {doing !== null && doing !== 'put' && doing.deed === 'unlist' && (
        <WhyDialog
          title={`${w.numbers.deeds.unlist}: ${doing.entry.number}`}
          ask={w.numbers.unlistAsk}
          button={w.numbers.deeds.unlist}
          danger
          onClose={() => setDoing(null)}
          send={async (why) => {
            await ask('DELETE', of(doing.entry.number), Unlisted, { why });
            done();
          }}
        />
      )}
    </>
  );
}
