import type { z } from 'zod';
import type { ListedNumber } from '../../../protocol/api/numbers.ts';
import { FormDialog } from '../view/FormDialog.tsx';
import { LimitField } from '../view/LimitField.tsx';
import { words } from '../words/words.ts';
import { listingIn, numberIn } from './entry.ts';

type Entry = z.infer<typeof ListedNumber>;

/** Says what a number is to a caller. `number`: null where it is asked for; `entry`: as it is. */
export function EntryDialog(props: {
  title: string;
  button: string;
  number: string | null;
  entry?: Entry | undefined;
  onClose: () => void;
  /** @throws Problem */
  send: (number: string, listing: ReturnType<typeof listingIn>) => Promise<void>;
}) {
  const w = words.value;
  const { number, entry, send } = props;
  const ticks = [
    ['privileged', w.numbers.privileged, entry?.privileged ?? false],
    ['free', w.numbers.free, entry?.free ?? false],
    ['recorded', w.numbers.recorded, entry?.recorded ?? true],
    ['digits', w.numbers.digits, entry?.digits === 'pass'],
    ['overrides', w.numbers.overrides, entry?.overrides_block ?? false],
  ] as const;
  return (
    <FormDialog
      title={props.title}
      button={props.button}
      onClose={props.onClose}
      send={(form) => send(number ?? numberIn(form), listingIn(form))}
    >
      {number === null && (
        <label class="field">
          {w.live.columns.number}
          <input type="tel" name="number" required maxLength={24} placeholder="202-555-0123" autocomplete="off" />
        </label>
      )}
      <div class="ticks">
        {ticks.map(([name, label, is]) => (
          <label key={name}>
            <input type="checkbox" name={name} defaultChecked={is} /> {label}
          </label>
        ))}
      </div>
      <LimitField limit={entry?.limit_ms ?? null} />
      <label class="field">
        {w.orders.why}
        <input type="text" name="why" required maxLength={500} />
        <small>{w.numbers.whyHint}</small>
      </label>
    </FormDialog>
  );
}
