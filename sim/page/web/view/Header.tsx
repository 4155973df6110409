import icon from '../../../../src/web/kit/icon.svg';
import { ThemeButton } from '../../../../src/web/kit/ThemeButton.tsx';
import { linkTo } from '../room.ts';
import { act, snapshot } from '../state.ts';

function Pill({ good, name, value }: { good: boolean; name: string; value: string }) {
  return (
    <li class={good ? 'pill good' : 'pill bad'}>
      <span class="dot" aria-hidden="true" />
      {name} <b>{value}</b>
    </li>
  );
}

/** Where this phone is, how its links stand, and how the page looks. */
export function Header() {
  const now = snapshot.value;
  return (
    <header class="top">
      <h1>
        <img src={icon} alt="" width="30" height="30" />
        <a href={linkTo('doors')}>Tierphone</a>
      </h1>
      {now && (
        <>
          <p class="place">
            {now.facility} <i aria-hidden="true">/</i> {now.unit} <i aria-hidden="true">/</i> <b>{now.terminal}</b>
          </p>
          <ul class="pills" aria-label="Links of the phone">
            <Pill good={now.link === 'up'} name="MQTT" value={now.link} />
            <Pill
              good={now.registration === 'registered' || now.registration === 'not-used'}
              name="SIP"
              value={now.registration}
            />
            <Pill good={now.platform === 'up'} name="Platform" value={now.platform} />
            {now.faults.map((fault) => (
              <Pill key={fault} good={false} name="Fault" value={fault} />
            ))}
          </ul>
          <button
            type="button"
            class="plain"
            aria-pressed={now.platform === 'down'}
            onClick={() => act({ do: 'platform', state: now.platform === 'up' ? 'down' : 'up' })}
          >
            {now.platform === 'up' ? 'Stop platform' : 'Start platform'}
          </button>
        </>
      )}
      <ThemeButton words={{ light: 'Use the light theme', dark: 'Use the dark theme' }} />
    </header>
  );
}
