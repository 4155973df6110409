import type { Signal } from '@preact/signals';
import type { LivePhone } from '../../../protocol/api/live.ts';
import { clock } from '../../kit/clock.ts';
import { timeOf, words } from '../words/words.ts';
import { now } from './link.ts';
import { notesOf } from './notes.ts';
import { looked } from './PhoneSheet.tsx';
import type { Seen } from './seen.ts';
import { HEARD_BADLY } from './state.ts';
import { placed, type RowPlace } from './UnitRow.tsx';

/** One phone. */
export function PhoneRow({ row, ...place }: { row: Signal<Seen> } & RowPlace) {
  const w = words.value.live;
  const { phone, state, look } = row.value;
  const { terminal, call } = phone;
  const notes = notesOf(phone, words.value);
  return (
    <tr class={look ? 'phone look' : 'phone'} {...placed(place)}>
      <th scope="row" class="phone-name">
        <button
          type="button"
          class="link"
          tabIndex={place.stop ? 0 : -1}
          onClick={() => {
            looked.value = terminal;
          }}
        >
          {terminal}
        </button>
      </th>
      <td class={`state ${state}`}>
        <span class="dot" aria-hidden="true" />
        <span>{w.states[state]}</span>
      </td>
      <td class="caller">{call?.name ?? call?.caller ?? ''}</td>
      <td class="number">{call?.number ?? ''}</td>
      <td class="pays">{call?.pays == null ? '' : w.pays[call.pays]}</td>
      <td class="time">
        <Time phone={phone} />
      </td>
      <td class="heard">
        <Heard mos={phone.mos} />
      </td>
      <td class="notes" title={notes.map(({ text }) => text).join(', ')}>
        {notes.map(({ text, tint }) => (
          <span key={text} class={`note ${tint}`}>
            {text}
          </span>
        ))}
      </td>
    </tr>
  );
}

/** How long they have talked and may still talk; it runs on by itself. Of a phone that does not answer, since when. */
function Time({ phone: { call, online, since, phase } }: { phone: LivePhone }) {
  const w = words.value.live;
  if (online !== true) return <span class="since">{since === null ? w.neverHeard : w.since(timeOf(since))}</span>;
  if (call?.accepted == null || phase !== 'talking') return null;
  const at = now.value;
  const left = call.ends === null ? null : Date.parse(call.ends) - at;
  return (
    <>
      <span class="used">{clock(at - Date.parse(call.accepted))}</span>{' '}
      {left !== null && <span class={left < 60_000 ? 'left soon' : 'left'}>{w.left(clock(left + 999))}</span>}
    </>
  );
}

const GOOD = 4;

function Heard({ mos }: { mos: number | null }) {
  if (mos === null) return null;
  const how = mos >= GOOD ? 'good' : mos >= HEARD_BADLY ? 'fair' : 'bad';
  return (
    <span class={`mos ${how}`}>
      {words.value.live.heard[how]} <small>{mos.toFixed(1)}</small>
    </span>
  );
}
