import type { Right } from '../../../protocol/api/rights.ts';
import icon from '../../kit/icon.svg';
import { here, may, me, signOut } from '../account/session.ts';
import { AlertsLink } from '../alerts/AlertsLink.tsx';
import { linkTo, PAGES, route } from '../route.ts';
import { words } from '../words/words.ts';
import { LookAndLanguage } from './LookAndLanguage.tsx';
import { telling } from './telling.ts';

const NEEDED: Readonly<Record<(typeof PAGES)[number], Right>> = {
  live: 'live.read',
  callers: 'callers.read',
  numbers: 'numbers.read',
  records: 'calls.read',
  facility: 'facility.read',
  fitting: 'terminals.read',
  keys: 'keys.read',
  people: 'people.read',
  trail: 'trail.read',
};

/** Where the page is, where else it can go, and who uses it. */
export function Header() {
  const w = words.value;
  const facility = here.value;
  return (
    <header class="top">
      <h1>
        <img src={icon} alt="" width="30" height="30" />
        <span>{w.name}</span>
      </h1>
      <FacilityPicker />
      {facility && (
        <nav aria-label={w.pages.label}>
          {PAGES.filter((page) => may(NEEDED[page])).map((page) => (
            <a
              key={page}
              href={linkTo(facility.facility, page)}
              aria-current={route.value.page === page ? 'page' : undefined}
            >
              {w.pages[page]}
            </a>
          ))}
        </nav>
      )}
      <div class="who">
        {facility && may('live.read') && <AlertsLink facility={facility.facility} />}
        <a
          class="me"
          href={linkTo(facility?.facility ?? null, 'account')}
          aria-current={route.value.page === 'account' ? 'page' : undefined}
          aria-label={`${me.value?.name ?? ''}: ${w.pages.account}`}
          title={w.pages.account}
        >
          {me.value?.name}
        </a>
        <button type="button" class="plain" onClick={telling(signOut)}>
          {w.account.signOut}
        </button>
        <LookAndLanguage />
      </div>
    </header>
  );
}

function FacilityPicker() {
  const all = me.value?.facilities;
  const facility = here.value;
  if (!all || !facility) return null;
  if (all.length === 1) return <p class="place">{facility.name}</p>;
  return (
    <select
      class="place"
      aria-label={words.value.account.facility}
      value={facility.facility}
      onChange={({ currentTarget }) => {
        const chosen = all.find((one) => one.facility === currentTarget.value);
        if (chosen) location.hash = linkTo(chosen.facility, route.peek().page);
      }}
    >
      {all.map((one) => (
        <option key={one.facility} value={one.facility}>
          {one.name}
        </option>
      ))}
    </select>
  );
}
