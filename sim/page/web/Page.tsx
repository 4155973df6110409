import { Banner, Notices } from '../../../src/web/kit/Banner.tsx';
import { Callee } from './cards/Callee.tsx';
import { CallProgress } from './cards/CallProgress.tsx';
import { Lockdown } from './cards/Lockdown.tsx';
import { Records } from './cards/Records.tsx';
import { TryThis } from './cards/TryThis.tsx';
import { WallPhone } from './phone/WallPhone.tsx';
import { link, retryNow, snapshot } from './state.ts';
import { Header } from './view/Header.tsx';

/** The whole page. */
export function Page() {
  return (
    <>
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
      <main class={link.value.state === 'lost' ? 'cut-off' : ''} aria-busy={snapshot.value === null}>
        <div class="left">
          <WallPhone />
          <TryThis />
        </div>
        <div class="middle">
          <CallProgress />
          <Callee />
          <Lockdown />
        </div>
        <Records />
      </main>
      <Notices label="Messages" />
    </>
  );
}
