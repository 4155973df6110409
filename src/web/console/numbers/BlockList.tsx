import { useState } from 'preact/hooks';
import type { z } from 'zod';
import { type Block, Blocks, Lifted } from '../../../protocol/api/numbers.ts';
import type { CallerId } from '../../../protocol/units.ts';
import { here, may } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { Pieces } from '../view/Pieces.tsx';
import { usePieces } from '../view/usePieces.ts';
import { WhyDialog } from '../view/WhyDialog.tsx';
import { timeOf, words } from '../words/words.ts';
import { BlockDialog } from './BlockDialog.tsx';
import { makerOf } from './maker.ts';

type Blocked = z.infer<typeof Block>;

/** What is not to be called, by anybody or by one caller, and what was not. */
export function BlockList({ caller }: { caller: CallerId | null }) {
  const w = words.value;
  const [lifted, setLifted] = useState(false);
  const of = `/facilities/${here.value?.facility ?? ''}/blocks` as const;
  const list = usePieces<Blocked>(`${of}?lifted=${lifted}${caller === null ? '' : `&caller=${caller}`}`, Blocks);
  const [doing, setDoing] = useState<'block' | Blocked | null>(null);
  const done = () => {
    setDoing(null);
    list.again();
  };
  return (
    <section class={caller === null ? 'card' : undefined} aria-labelledby="blocks">
      <header>
        {caller === null ? <h2 id="blocks">{w.numbers.blocks}</h2> : <h3 id="blocks">{w.numbers.hisBlocks}</h3>}
        {may('numbers.change') && (
          <button type="button" class="plain" onClick={() => setDoing('block')}>
            {w.numbers.block}
          </button>
        )}
      </header>
      <label class="quiet">
        <input type="checkbox" checked={lifted} onChange={({ currentTarget }) => setLifted(currentTarget.checked)} />{' '}
        {w.numbers.showLifted}
      </label>
      <Pieces list={list} nothing={w.numbers.noBlocks} label={w.numbers.blockList}>
        <ul class="lines">
          {list.items.map((block) => (
            <li key={block.id} class="person">
              <div>
                <b>{block.pattern}</b> <span class="tagged">{w.numbers.kinds[block.kind]}</span>{' '}
                <span class="quiet">
                  {block.caller === null ? w.numbers.forAll : w.numbers.forCaller(block.caller)}
                </span>
                {block.note !== null && <p>{block.note}</p>}
                <p class="quiet">
                  {w.numbers.madeBy(makerOf(block.created_by), timeOf(block.created))}
                  {block.lifted !== null &&
                    ` · ${w.numbers.liftedBy(block.lifted_by ?? '', timeOf(block.lifted), block.lifted_why ?? '')}`}
                </p>
              </div>
              {block.lifted === null && block.created_by !== 'site file' && may('blocks.lift') && (
                <div class="sheet-buttons">
                  <button
                    type="button"
                    class="plain"
                    aria-label={`${w.numbers.lift}: ${block.pattern}`}
                    onClick={() => setDoing(block)}
                  >
                    {w.numbers.lift}
                  </button>
                </div>
              )}
            </li>
          ))}
        </ul>
      </Pieces>
      {doing === 'block' && <BlockDialog path={of} caller={caller} onClose={() => setDoing(null)} onDone={done} />}
      {doing !== null && doing !== 'block' && (
        <WhyDialog
          title={`${w.numbers.lift}: ${doing.pattern}`}
          ask={w.numbers.liftAsk[doing.kind === 'called-party' ? 'calledParty' : 'staff']}
          button={w.numbers.lift}
          onClose={() => setDoing(null)}
          send={async (why) => {
            await ask('POST', `${of}/${doing.id}/lift`, Lifted, { why });
            done();
          }}
        />
      )}
    </section>
  );
}
