import { useState } from 'preact/hooks';
import { type Caller, CallerAndList, PinSlip as PinMade, Released, Suspended } from '../../../protocol/api/callers.ts';
import { Dialog } from '../../kit/Dialog.tsx';
import { here, may } from '../account/session.ts';
import { ask } from '../api/ask.ts';
import { BlockList } from '../numbers/BlockList.tsx';
import { OwnList } from '../numbers/OwnList.tsx';
import { WishList } from '../numbers/WishList.tsx';
import { useAsked } from '../view/useAsked.ts';
import { WhyDialog } from '../view/WhyDialog.tsx';
import { words } from '../words/words.ts';
import { CallerFacts } from './CallerFacts.tsx';
import { ChangeDialog } from './ChangeDialog.tsx';
import { MoveDialog } from './MoveDialog.tsx';
import type { PinSlip } from './slip.ts';
import { stateOf } from './state.ts';

type Deed = 'suspend' | 'resume' | 'pin' | 'release';

/** One caller: his list, and what staff do with him. */
export function CallerSheet(props: {
  caller: Caller;
  onClose: () => void;
  onChange: () => void;
  onSlip: (slip: PinSlip) => void;
}) {
  const w = words.value;
  const { caller, onClose, onChange, onSlip } = props;
  const path = `/facilities/${here.value?.facility ?? ''}/callers/${caller.caller}` as const;
  const { answer, wrong, again } = useAsked(path, CallerAndList);
  const [deed, setDeed] = useState<Deed | null>(null);
  /** What is to be paid out to him who was released. */
  const [left, setLeft] = useState<string | null>(null);
  const [editing, setEditing] = useState<'change' | 'move' | null>(null);
  const edited = () => {
    setEditing(null);
    again();
    onChange();
  };
  const does = async (why: string): Promise<void> => {
    if (deed === 'suspend' || deed === 'resume') await ask('POST', `${path}/${deed}`, Suspended, { why });
    if (deed === 'pin') onSlip(await ask('POST', `${path}/pin`, PinMade, { why }));
    if (deed === 'release') {
      const { balance } = await ask('POST', `${path}/release`, Released, { why });
      setLeft(balance);
    }
    setDeed(null);
    onChange();
    if (deed === 'pin') onClose();
  };
  const verbs: readonly Deed[] = [
    caller.suspended ? 'resume' : 'suspend',
    'pin',
    ...(caller.released ? [] : (['release'] as const)),
  ];
  if (left !== null)
    return (
      <Dialog title={caller.name} close={w.close} onClose={onClose}>
        <p role="status">{w.callers.released(caller.name, left)}</p>
        <div class="sheet-buttons">
          <button type="button" class="main" onClick={onClose}>
            {w.close}
          </button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={caller.name} close={w.close} onClose={onClose}>
      <p class="quiet">
        {w.callers.id} {caller.caller} · {w.callers.states[stateOf(caller)]}
      </p>
      {wrong && <p class="wrong">{wrong}</p>}
      {answer && <CallerFacts caller={answer} />}
      {may('callers.change') && (
        <div class="sheet-buttons">
          {(['change', 'move'] as const).map((verb) => (
            <button key={verb} type="button" class="plain" onClick={() => setEditing(verb)}>
              {w.callers[verb]}
            </button>
          ))}
          {verbs.map((verb) => (
            <button
              key={verb}
              type="button"
              class={verb === 'release' || verb === 'suspend' ? 'plain shut' : 'plain'}
              onClick={() => setDeed(verb)}
            >
              {w.callers.deeds[verb]}
            </button>
          ))}
        </div>
      )}
      {answer && <OwnList path={path} numbers={answer.numbers} onChange={again} />}
      {may('numbers.read') && (
        <>
          <WishList caller={caller.caller} onChange={again} />
          <BlockList caller={caller.caller} />
        </>
      )}
      {editing === 'change' && (
        <ChangeDialog path={path} caller={caller} onClose={() => setEditing(null)} onDone={edited} />
      )}
      {editing === 'move' && (
        <MoveDialog path={path} caller={caller} onClose={() => setEditing(null)} onDone={edited} />
      )}
      {deed && (
        <WhyDialog
          title={`${w.callers.deeds[deed]}: ${caller.name}`}
          ask={w.callers.asks[deed]}
          button={w.callers.deeds[deed]}
          danger={deed === 'release'}
          onClose={() => setDeed(null)}
          send={does}
        />
      )}
    </Dialog>
  );
}
