import { Outages, type OutOfOrder } from '../../../protocol/api/reports.ts';
import { clock } from '../../kit/clock.ts';
import { timeOf, words } from '../words/words.ts';
import type { Days } from './CsvLink.tsx';
import { ListPart } from './ListPart.tsx';

/** Phones that were out of order, those that were for longest first. */
export function OutageList({ days }: { days: Days }) {
  const w = words.value;
  const { columns, states, noLine, fault, unit: unitTitle } = w.live;
  const named = (what: OutOfOrder): string =>
    what === 'offline' ? states['not-answering'] : what === 'not-registered' ? noLine : fault[what];
  return (
    <ListPart
      {...{ name: 'outages', title: w.reports.titles.outages, days, schema: Outages }}
      columns={[
        [columns.phone, ({ terminal }) => terminal],
        [unitTitle, ({ unit }) => unit],
        [w.reports.times, ({ times }) => String(times)],
        [w.reports.inAll, ({ total }) => clock(total)],
        [w.reports.longest, ({ longest }) => clock(longest)],
        [w.reports.why, ({ what }) => what.map(named).join(', ')],
        [w.reports.still, ({ since }) => (since === null ? '' : w.live.since(timeOf(since)))],
      ]}
    />
  );
}
