import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { engineers } from '../engineers.ts';
import { ledger, mqtt } from '../state.ts';
import { Ledger } from './Ledger.tsx';
import { Mqtt } from './Mqtt.tsx';
import { Timeline } from './Timeline.tsx';

const TABS: readonly { name: string; text: string; view: ComponentType }[] = [
  { name: 'ledger', text: 'Ledger', view: Ledger },
  { name: 'timeline', text: 'Timeline', view: Timeline },
  { name: 'mqtt', text: 'MQTT', view: Mqtt },
];
const chosen = signal('ledger');

const STEP: Record<string, number> = { ArrowRight: 1, ArrowLeft: TABS.length - 1 };

/** What was written down: the ledger, and for engineers timeline and MQTT beside it. */
export const Records = () => (engineers.value ? <Tabs /> : <LedgerAlone />);

const LedgerAlone = () => (
  <section class="card records" aria-labelledby="ledger">
    <header>
      <h2 id="ledger">Ledger</h2>
    </header>
    <div class="panel-body">
      <Ledger />
    </div>
  </section>
);

/** Ledger, timeline and MQTT behind three tabs (arrow keys move between them). */
function Tabs() {
  const at = TABS.findIndex(({ name }) => name === chosen.value);
  const counts: Record<string, number> = { mqtt: mqtt.value.length, ledger: ledger.value.length };
  const View = TABS[at]?.view ?? Ledger;
  return (
    <section class="card records" aria-label="What was written down">
      <div
        class="tabs"
        role="tablist"
        aria-label="Records"
        onKeyDown={(event) => {
          const tab = TABS[(at + (STEP[event.key] ?? 0)) % TABS.length];
          if (!tab || !(event.key in STEP)) return;
          chosen.value = tab.name;
          document.getElementById(`tab-${tab.name}`)?.focus();
        }}
      >
        {TABS.map(({ name, text }, i) => (
          <button
            type="button"
            role="tab"
            key={name}
            id={`tab-${name}`}
            aria-selected={i === at}
            aria-controls="tab-panel"
            tabIndex={i === at ? 0 : -1}
            onClick={() => {
              chosen.value = name;
            }}
          >
            {text}
            {counts[name] ? <span class="count">{counts[name]}</span> : null}
          </button>
        ))}
      </div>
      <div class="panel-body" role="tabpanel" id="tab-panel" aria-labelledby={`tab-${chosen.value}`}>
        <View />
      </div>
    </section>
  );
}
