import type { FacilityId } from '../../../protocol/units.ts';
import { linkTo, route } from '../route.ts';
import { words } from '../words/words.ts';
import { openAlerts } from './open.ts';

/** The way to the alerts, with how many are open; one that comes is said. */
export function AlertsLink({ facility }: { facility: FacilityId }) {
  const w = words.value.alerts;
  const { open, latest } = openAlerts.value;
  return (
    <>
      <a
        class={open > 0 ? 'bell ringing' : 'bell'}
        href={linkTo(facility, 'alerts')}
        aria-label={w.count(open)}
        title={w.count(open)}
        aria-current={route.value.page === 'alerts' ? 'page' : undefined}
      >
        <span aria-hidden="true">⚠</span> {open}
      </a>
      <span class="hidden" role="status">
        {latest && w.latest(w.kinds[latest.kind], latest.place)}
      </span>
    </>
  );
}
