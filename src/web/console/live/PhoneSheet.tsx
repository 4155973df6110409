import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { TerminalId } from '../../../protocol/units.ts';
import { clock } from '../../kit/clock.ts';
import { Dialog } from '../../kit/Dialog.tsx';
import { here, may } from '../account/session.ts';
import { ClosingForm } from '../orders/ClosingForm.tsx';
import { cutOff } from '../orders/give.ts';
import { OrderButtons } from '../orders/OrderButtons.tsx';
import { telling } from '../view/telling.ts';
import { timeOf, words } from '../words/words.ts';
import { now } from './link.ts';
import { notesOf } from './notes.ts';
import { rowOf } from './phones.ts';
import { SelfTest } from './SelfTest.tsx';
import type { Seen } from './seen.ts';

/** The phone that is looked at closely. */
export const looked = signal<TerminalId | null>(null);

/** One phone closely: all that is known of it, its own lockdown, and the end of its call. */
export function PhoneSheet() {
  const w = words.value;
  const facility = here.value?.facility;
  const row = looked.value === null ? undefined : rowOf(looked.value);
  if (!row || facility === undefined) return null;
  const { phone } = row.value;
  const { terminal } = phone;
  return (
    <Dialog
      title={w.orders.phone(terminal)}
      close={w.close}
      onClose={() => {
        looked.value = null;
      }}
    >
      <Facts seen={row.value} />
      {phone.test && <SelfTest test={phone.test} />}
      {may('calls.cut') && (
        <CutOff
          key={phone.call?.call ?? 'none'}
          possible={phone.online === true && phone.call !== null && phone.phase !== 'ended'}
          onPress={telling(() => cutOff(facility, terminal))}
        />
      )}
      {may('orders.give') && (
        <>
          <ClosingForm />
          <OrderButtons scope={{ kind: 'terminal', facility, terminal }} />
        </>
      )}
    </Dialog>
  );
}

function Facts({ seen: { phone, state } }: { seen: Seen }) {
  const w = words.value.live;
  const { call, since, lockdown } = phone;
  const at = now.value;
  const facts: [string, string | null | undefined][] = [
    [w.columns.state, w.states[state] + (since === null ? '' : `, ${w.since(timeOf(since))}`)],
    [w.unit, phone.unit],
    [w.columns.caller, call && [call.name, call.caller].filter(Boolean).join(', ')],
    [w.columns.number, call?.number],
    [w.columns.pays, call?.pays && [w.pays[call.pays], call.rate && w.rate(call.rate)].filter(Boolean).join(', ')],
    [
      w.columns.time,
      call?.accepted && state === 'talking'
        ? [clock(at - Date.parse(call.accepted)), call.ends && w.left(clock(Date.parse(call.ends) - at + 999))]
            .filter(Boolean)
            .join(', ')
        : null,
    ],
    [w.columns.heard, phone.mos === null ? null : phone.mos.toFixed(1)],
    [w.obeys, lockdown === null ? null : w.obeysWhat(words.value.orders.states[lockdown.state], lockdown.reason)],
    [
      w.columns.notes,
      notesOf(phone, words.value)
        .map(({ text }) => text)
        .join(', '),
    ],
    [w.recordsWaiting, String(phone.recordsWaiting)],
    [w.version, phone.version],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value || words.value.none}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Two presses: a call that is cut off cannot be given back. */
function CutOff({ possible, onPress }: { possible: boolean; onPress: () => void }) {
  const w = words.value.orders;
  const [sure, setSure] = useState(false);
  return (
    <p class="cut">
      <button
        type="button"
        class={sure ? 'plain shut sure' : 'plain shut'}
        disabled={!possible}
        onClick={() => {
          if (sure) onPress();
          setSure(!sure);
        }}
      >
        {sure ? w.cutOffSure : w.cutOff}
      </button>
    </p>
  );
}
