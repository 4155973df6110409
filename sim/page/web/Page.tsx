import { Banner, Notices } from '../../../src/web/kit/Banner.tsx';
import { Callee } from './cards/Callee.tsx';
import { CallProgress } from './cards/CallProgress.tsx';
import { Lockdown } from './cards/Lockdown.tsx';
import { Records } from './cards/Records.tsx';
import { TryThis } from './cards/TryThis.tsx';
import { WallPhone } from './phone/WallPhone.tsx';
import { type Room, room } from './room.ts';
import { link, retryNow, snapshot } from './state.ts';
import { Doors } from './view/Doors.tsx';
import { Header } from './view/Header.tsx';

/** What stands behind each door. */
const ROOMS: Readonly<Record<Room, () => preact.JSX.Element>> = {
  doors: Doors,
  phone: () => (
    <>
      <WallPhone />
      <div class="middle">
        <CallProgress />
        <TryThis />
      </div>
      <Records />
    </>
  ),
  'called-party': () => (
    <div class="middle">
      <Callee />
    </div>
  ),
  both: () => (
    <>
      <WallPhone />
      <div class="middle">
        <CallProgress />
        <Callee />
        <Lockdown />
      </div>
      <TryThis />
      <Records />
    </>
  ),
};

/** The whole page. */
export function Page() {
  const Content = ROOMS[room.value];
  return (
    <>
      {room.value === 'both' && (
        <button type="button" class="skip" onClick={() => document.getElementById('called-party')?.focus()}>
          To the called party
        </button>
      )}
      <Banner
        lost={link.value.state === 'lost'}
        retryAt={link.value.retryAt}
        onRetry={retryNow}
        words={{
          lost: 'Connection lost.',
          trying: 'Trying now…',
          again: (seconds) => `Trying again in ${seconds} s.`,
          retry: 'Try now',
        }}
      />
      <Header />
      <main class={`${room.value}${link.value.state === 'lost' ? ' cut-off' : ''}`} aria-busy={snapshot.value === null}>
        <Content />
      </main>
      <Notices label="Messages" />
    </>
  );
}
