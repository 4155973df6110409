import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { ledger, mqtt } from '../state.ts';
import { Ledger } from './Ledger.tsx';
import { Mqtt } from './Mqtt.tsx';
import { Timeline } from './Timeline.tsx';

const TABS: readonly { name: string; text: string; view: ComponentType }[] = [
  { name: 'timeline', text: 'Timeline', view: Timeline },
  { name: 'mqtt', text: 'MQTT', view: Mqtt },
  { name: 'ledger', text: 'Ledger', view: Ledger },
];
const chosen = signal('timeline');

const STEP: Record<string, number> = { ArrowRight: 1, ArrowLeft: TABS.length - 1 };

/** Timeline, MQTT and ledger behind three tabs (arrow keys move between them). */
export function Records() {
  const at = TABS.findIndex(({ name }) => name === chosen.value);
  const counts: Record<string, number> = { mqtt: mqtt.value.length, ledger: ledger.value.length };
  const View = TABS[at]?.view ?? Timeline;
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
