import { here } from '../account/session.ts';
import { words } from '../words/words.ts';
import { ClosingForm } from './ClosingForm.tsx';
import { inForce } from './in-force.ts';
import { OrderButtons } from './OrderButtons.tsx';

/** So many are told one by one. */
const SHOWN = 3;

/** What is in force in the facility, and the orders for all of it. */
export function InForce() {
  const w = words.value;
  const facility = here.value?.facility;
  if (facility === undefined) return null;
  const all = inForce.value;
  const place = (source: string | null, where: string | null): string => {
    if (source === 'facility' || where === null) return w.orders.wholeFacility;
    return source === 'unit' ? w.live.unitName(where) : w.orders.phone(where);
  };
  return (
    <section class="in-force" aria-label={w.orders.inForce}>
      <ul>
        {all.length === 0 && <li class="open">{w.orders.allOpen}</li>}
        {all.slice(0, SHOWN).map(({ lockdown, where, phones }) => (
          <li key={`${lockdown.source} ${where} ${lockdown.reason}`} class="closed">
            <b>
              {place(lockdown.source, where)}: {w.orders.states[lockdown.state]}
            </b>{' '}
            {lockdown.reason} ({w.live.unitPhones(phones)})
          </li>
        ))}
        {all.length > SHOWN && <li>{w.orders.more(all.length - SHOWN)}</li>}
      </ul>
      <ClosingForm />
      <OrderButtons scope={{ kind: 'facility', facility }} />
    </section>
  );
}
