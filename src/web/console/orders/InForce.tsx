import { useEffect } from 'preact/hooks';
import { here } from '../account/session.ts';
import { timeOf, words } from '../words/words.ts';
import { ClosingForm } from './ClosingForm.tsx';
import { asked, followOrders, openedBy, ordered, type Stands, unordered, waiting } from './in-force.ts';
import { OrderButtons } from './OrderButtons.tsx';
import { obedienceTo } from './obedience.ts';
import { SecondPerson } from './SecondPerson.tsx';
import { placeWords } from './scope.ts';

/** So many are told one by one. */
const SHOWN = 4;

/** What is in force in the facility, by whom, since when and until when, and the orders for all of it. */
export function InForce() {
  const w = words.value;
  const facility = here.value?.facility;
  useEffect(followOrders, [facility]);
  if (facility === undefined) return null;
  const [orders, others] = [ordered.value, unordered.value];
  const place = (source: string | null, where: string | null): string => {
    if (source === 'facility' || where === null) return w.orders.wholeFacility;
    return source === 'unit' ? w.live.unitName(where) : w.orders.phone(where);
  };
  const lines = [
    ...orders.map((order) => <Ordered key={`${order.issuer} ${order.sequence}`} order={order} />),
    ...others.map(({ lockdown, where, phones }) => (
      <li key={`${lockdown.source} ${where} ${lockdown.reason}`} class="closed">
        <b>
          {place(lockdown.source, where)}: {w.orders.states[lockdown.state]}
        </b>{' '}
        {lockdown.reason} ({w.live.unitPhones(phones)})
      </li>
    )),
  ];
  return (
    <section class="in-force" aria-label={w.orders.inForce}>
      <ul>
        {lines.length === 0 && <AllOpen />}
        {lines.slice(0, SHOWN)}
        {lines.length > SHOWN && <li>{w.orders.more(lines.length - SHOWN)}</li>}
      </ul>
      <SecondPerson
        waiting={waiting.value}
        path={`/facilities/${facility}/orders`}
        right="orders.give"
        what={({ state, until }) =>
          state === 'open' ? w.second.opens : w.second.endsSooner(typeof until === 'string' ? timeOf(until) : '')
        }
        onDone={() => {
          asked.value += 1;
        }}
      />
      <ClosingForm />
      <OrderButtons scope={{ kind: 'facility', facility }} />
    </section>
  );
}

/** One order: its place, by whom, since when, until when, why, and how many phones have taken it. */
function Ordered({ order }: { order: Stands }) {
  const w = words.value;
  const { obeyed, of } = obedienceTo(order);
  const said = [
    w.orders.bySince(order.by ?? order.issuer, timeOf(order.since)),
    order.until === null ? w.orders.noEnd : w.orders.until(timeOf(order.until)),
    w.orders.modes[order.mode],
    order.reason,
    w.orders.obeyed(obeyed, of),
  ];
  return (
    <li class="closed">
      <b>
        {placeWords(order.scope, w)}: {w.orders.states[order.state]}
      </b>{' '}
      {said.join(' · ')}
    </li>
  );
}

function AllOpen() {
  const w = words.value.orders;
  const order = openedBy.value;
  return (
    <li class="open">
      {w.allOpen} {order && w.openedBy(order.by ?? order.issuer, timeOf(order.since))}
    </li>
  );
}
