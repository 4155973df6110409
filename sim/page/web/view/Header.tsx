import icon from '../../../../src/web/kit/icon.svg';
import { ThemeButton } from '../../../../src/web/kit/ThemeButton.tsx';
import { engineers, showEngineers } from '../engineers.ts';
import { linkTo } from '../room.ts';
import { act, snapshot } from '../state.ts';
import { Switch } from './Switch.tsx';

function Pill({ good, name, value }: { good: boolean; name: string; value: string }) {
  return (
    <li class={good ? 'pill good' : 'pill bad'}>
      <span class="dot" aria-hidden="true" />
      {name} <b>{value}</b>
    </li>
  );
}

/** How the links of the phone stand, and the switch of the platform. */
function Links() {
  const now = snapshot.value;
  if (!now) return null;
  return (
    <div class="links">
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
    </div>
  );
}

/** Where this phone is, how the page looks, and what is shown to engineers alone. */
export function Header() {
  const now = snapshot.value;
  return (
    <header class="top">
      <h1>
        <a href={linkTo('doors')}>
          <img src={icon} alt="" width="30" height="30" />
          Tierphone
        </a>
      </h1>
      {now && (
        <p class="place">
          {now.place.name} <i aria-hidden="true">/</i> Unit {now.unit} <i aria-hidden="true">/</i>{' '}
          <b>Phone {now.terminal}</b>
        </p>
      )}
      <span class="looks">
        <Switch text="For engineers" on={engineers.value} onTurn={showEngineers} />
        <ThemeButton words={{ light: 'Use the light theme', dark: 'Use the dark theme' }} />
      </span>
      {engineers.value && <Links />}
    </header>
  );
}
