import { useEffect } from 'preact/hooks';
import { Banner, Notices } from '../kit/Banner.tsx';
import { AskAsAttorney } from './account/AskAsAttorney.tsx';
import { MyAccount } from './account/MyAccount.tsx';
import { SignIn } from './account/SignIn.tsx';
import { here, session } from './account/session.ts';
import { Welcome } from './account/Welcome.tsx';
import { Alerts } from './alerts/Alerts.tsx';
import { Callers } from './callers/Callers.tsx';
import { FacilityPage } from './facility/FacilityPage.tsx';
import { Fitting } from './fitting/Fitting.tsx';
import { Keys } from './keys/Keys.tsx';
import { Live } from './live/Live.tsx';
import { link, phonesHeard, retryNow, watch } from './live/link.ts';
import { Numbers } from './numbers/Numbers.tsx';
import { People } from './people/People.tsx';
import { Records } from './records/Records.tsx';
import { Reports } from './reports/Reports.tsx';
import { type PageName, route } from './route.ts';
import { Trail } from './trail/Trail.tsx';
import { Header } from './view/Header.tsx';
import { words } from './words/words.ts';

const CONTENT: Readonly<Record<PageName, () => preact.JSX.Element | null>> = {
  live: Live,
  callers: Callers,
  numbers: Numbers,
  records: Records,
  facility: FacilityPage,
  fitting: Fitting,
  keys: Keys,
  people: People,
  trail: Trail,
  reports: Reports,
  alerts: Alerts,
  account: MyAccount,
};

/** The whole page. */
export function Page() {
  const { state } = session.value;
  const { welcome, attorney } = route.value;
  if (welcome !== null) return <Welcome token={welcome} />;
  if (attorney !== null) return <AskAsAttorney facility={attorney} />;
  return (
    <>
      {state === 'asking' && <p class="wait">{words.value.loading}</p>}
      {state === 'nobody' && <SignIn />}
      {state === 'known' && <Room />}
      <Notices label={words.value.messages} />
    </>
  );
}

/** What somebody sees who is signed in. */
function Room() {
  const w = words.value;
  const facility = here.value;
  const { page } = route.value;
  const Content = CONTENT[page];
  useEffect(() => watch(facility?.facility ?? null), [facility?.facility]);
  useEffect(() => () => watch(null), []);
  useEffect(() => {
    document.title = [w.pages[page], facility?.name, w.name].filter(Boolean).join(' · ');
  }, [w, page, facility]);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        {w.skip}
      </button>
      <Banner lost={link.value.state === 'lost'} retryAt={link.value.retryAt} onRetry={retryNow} words={w.link} />
      <p role="alert" class={phonesHeard.value ? 'hidden' : 'unheard'}>
        {phonesHeard.value ? '' : w.link.unheard}
      </p>
      <Header />
      <main id="content" tabIndex={-1}>
        {facility === null && <p class="empty">{w.account.noFacility}</p>}
        {(facility !== null || page === 'account') && <Content key={facility?.facility} />}
      </main>
    </>
  );
}
