import { useState } from 'preact/hooks';
import { mqtt, type NumberedMqtt } from '../state.ts';
import { timeOfDay } from '../view/time.ts';

/** The part of a topic that tells it from others. */
const short = (topic: string): string => topic.replace(/^tierphone\/v1\/[^/]+\//, '');

function pretty(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    // Cut off, or no JSON at all: shown as it came.
    return payload;
  }
}

/** What a message is about, where its body says so: what is asked or told, or how the terminal stands. */
function about({ payload, topic }: NumberedMqtt): string {
  if (payload === '') return 'cleared';
  if (topic.endsWith('/status') && payload.includes('"online":false')) return 'offline';
  return /"(?:body":\{"type|phase)":"([a-z-]{1,20})"/.exec(payload)?.[1] ?? '';
}

function Message({ message }: { message: NumberedMqtt }) {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <time>{timeOfDay(message.at, true)}</time>
          <span class="topic">{short(message.topic)}</span>
          {message.retained && <span class="tag">retained</span>}
          <span class="quiet">{about(message)}</span>
        </summary>
        {open && (
          <pre>
            {message.topic}
            {'\n'}
            {pretty(message.payload)}
          </pre>
        )}
      </details>
    </li>
  );
}

/** MQTT messages as they pass, newest first. */
export function Mqtt() {
  const [filter, setFilter] = useState('');
  const [held, setHeld] = useState<readonly NumberedMqtt[] | null>(null);
  const wanted = filter.trim().toLowerCase();
  const shown = (held ?? mqtt.value).filter((m) => `${m.topic} ${m.payload}`.toLowerCase().includes(wanted)).reverse();
  return (
    <>
      <div class="tools">
        <label class="field grow">
          <span class="hidden">Filter messages</span>
          <input
            type="search"
            placeholder="Filter by topic or content"
            value={filter}
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
        </label>
        <button
          type="button"
          class="plain"
          aria-pressed={held !== null}
          onClick={() => setHeld(held ? null : mqtt.value)}
        >
          {held ? 'Go on' : 'Pause'}
        </button>
      </div>
      {shown.length === 0 && <p class="empty">{wanted ? 'Nothing fits the filter.' : 'No message has passed yet.'}</p>}
      <ul class="mqtt scroll" aria-label="MQTT messages, newest first">
        {shown.map((message) => (
          <Message key={message.id} message={message} />
        ))}
      </ul>
    </>
  );
}
