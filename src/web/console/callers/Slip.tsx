import { Dialog } from '../../kit/Dialog.tsx';
import { words } from '../words/words.ts';
import type { PinSlip } from './slip.ts';

/** The slip with a caller's PIN: printed, handed over, and told nobody again. */
export function Slip({ slip, onClose }: { slip: PinSlip; onClose: () => void }) {
  const w = words.value;
  return (
    <Dialog title={w.callers.slipTitle(slip.name)} close={w.close} onClose={onClose}>
      <p class="no-print">{w.callers.slipOnce}</p>
      <p class="slip">{slip.slip}</p>
      <div class="sheet-buttons no-print">
        <button type="button" class="main" onClick={() => window.print()}>
          {w.callers.print}
        </button>
        <button type="button" class="plain" onClick={onClose}>
          {w.callers.handedOver}
        </button>
      </div>
    </Dialog>
  );
}
