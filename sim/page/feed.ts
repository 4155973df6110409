import type { Observable, Subscription } from 'rxjs';
import type { LedgerLine, MqttSeen, Snapshot, TimelineEntry, World } from '../world/port.ts';
import type { ToPage } from './messages.ts';
import { packFrame } from './sound.ts';

const TIMELINE_KEPT = 500;
const MQTT_KEPT = 200;
const LEDGER_KEPT = 100;
/** A record reaches the ledger a moment after it is seen on its way. */
const LEDGER_DELAY_MS = 250;

/** One who is shown the world. Neither call may block or throw. */
interface Viewer {
  text(message: string): void;
  sound(frame: Uint8Array): void;
}

/** The world as pages see it: read once, shown to all. */
export interface Feed {
  /** Sends the whole state, then all that happens, until the returned function is called. */
  join(viewer: Viewer): () => void;
  close(): void;
}

const keep = <T>(list: T[], item: T, most: number): void => {
  list.push(item);
  if (list.length > most) list.splice(0, list.length - most);
};

/** Watches `world` and shows it to any number of viewers, at the cost of one. */
export function openFeed(world: World): Feed {
  const viewers = new Set<Viewer>();
  const subscriptions: Subscription[] = [];
  const timeline: TimelineEntry[] = [];
  const mqtt: MqttSeen[] = [];
  let snapshot: Snapshot | null = null;
  let ledger: readonly LedgerLine[] = [];
  let ledgerText = '';
  let reading = false;
  let timer: NodeJS.Timeout | undefined;

  const tell = (message: ToPage): void => {
    if (viewers.size === 0) return;
    const text = JSON.stringify(message);
    for (const viewer of viewers) viewer.text(text);
  };

  const complain = (what: string, error: unknown): void => {
    const why = error instanceof Error ? error.message : String(error);
    tell({ type: 'refused', id: null, line: `${what}: ${why}` });
  };

  const watch = <T>(what: string, source: Observable<T>, next: (value: T) => void): void => {
    subscriptions.push(source.subscribe({ next, error: (error) => complain(`no more of the ${what}`, error) }));
  };

  async function readLedger(): Promise<void> {
    if (reading) return soon();
    reading = true;
    try {
      const lines = (await world.ledger()).slice(-LEDGER_KEPT);
      const text = JSON.stringify(lines);
      if (text === ledgerText) return;
      ledger = lines;
      ledgerText = text;
      tell({ type: 'ledger', lines: [...lines] });
    } catch (error) {
      // A platform that is switched off is part of the demonstration: the next record tries again.
      if (snapshot?.platform !== 'down') complain('the ledger cannot be read', error);
    } finally {
      reading = false;
    }
  }

  function soon(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void readLedger();
    }, LEDGER_DELAY_MS);
  }

  watch('state', world.snapshots, (next) => {
    if (next.phase !== snapshot?.phase || next.platform !== snapshot.platform) soon();
    snapshot = next;
    tell({ type: 'snapshot', snapshot });
  });
  watch('timeline', world.timeline, (entry) => {
    keep(timeline, entry, TIMELINE_KEPT);
    tell({ type: 'timeline', entry });
  });
  watch('MQTT messages', world.mqtt, (message) => {
    if (/\/(records|replies)$/.test(message.topic)) soon();
    keep(mqtt, message, MQTT_KEPT);
    tell({ type: 'mqtt', message });
  });
  for (const [channel, source] of [
    ['earpiece', world.earpiece],
    ['callee', world.calleeEar],
  ] as const) {
    watch(`sound of the ${channel}`, source, (frame) => {
      if (viewers.size === 0) return;
      const bytes = packFrame(channel, frame);
      for (const viewer of viewers) viewer.sound(bytes);
    });
  }

  return {
    join(viewer) {
      const welcome: ToPage = { type: 'welcome', snapshot, timeline, mqtt, ledger: [...ledger] };
      viewer.text(JSON.stringify(welcome));
      viewers.add(viewer);
      soon();
      return () => viewers.delete(viewer);
    },
    close() {
      clearTimeout(timer);
      for (const subscription of subscriptions) subscription.unsubscribe();
      viewers.clear();
    },
  };
}
