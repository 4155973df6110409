import { batch, computed, signal } from '@preact/signals';
import { notice } from '../../../src/web/kit/notices.ts';
import type { LedgerLine, MqttSeen, Snapshot, TimelineEntry } from '../../world/port.ts';
import type { FromPage, ToPage } from '../messages.ts';
import { type Connection, connect } from './connection.ts';
import { meterFrame } from './sound/meter.ts';
import { playFrame } from './sound/player.ts';

const TIMELINE_KEPT = 500;
const MQTT_KEPT = 200;

/** An MQTT message with a number of its own, for lists. */
export type NumberedMqtt = MqttSeen & { readonly id: number };

export const link = signal<{ state: 'connecting' | 'open' | 'lost'; retryAt: number | null }>({
  state: 'connecting',
  retryAt: null,
});
/** The world at a glance; null before the first word from the server. */
export const snapshot = signal<Snapshot | null>(null);
/** When `snapshot` came, by `performance.now()`: clocks run on from there. */
export const snapshotAt = signal(0);
export const timeline = signal<readonly TimelineEntry[]>([]);
export const mqtt = signal<readonly NumberedMqtt[]>([]);
export const ledger = signal<readonly LedgerLine[]>([]);
/** The phase before the present one: where a call stood when it ended. */
export const phaseBefore = signal<Snapshot['phase']>('idle');

export const lifted = computed(() => snapshot.value?.hook === 'off');

let connection: Connection | null = null;
let numbered = 0;
/** What is said once a deed is done, by the deed's number. */
const whenDone = new Map<number, string>();

const number = (message: MqttSeen): NumberedMqtt => {
  numbered += 1;
  return { ...message, id: numbered };
};

function show(next: Snapshot | null): void {
  const phase = snapshot.value?.phase;
  if (next && phase && phase !== next.phase) phaseBefore.value = phase;
  snapshot.value = next;
  snapshotAt.value = performance.now();
}

function receive(message: ToPage): void {
  switch (message.type) {
    case 'welcome':
      batch(() => {
        show(message.snapshot);
        timeline.value = message.timeline;
        mqtt.value = message.mqtt.map(number);
        ledger.value = message.ledger;
      });
      return;
    case 'snapshot':
      batch(() => show(message.snapshot));
      return;
    case 'timeline':
      timeline.value = [...timeline.value, message.entry].slice(-TIMELINE_KEPT);
      return;
    case 'mqtt':
      mqtt.value = [...mqtt.value, number(message.message)].slice(-MQTT_KEPT);
      return;
    case 'ledger':
      ledger.value = message.lines;
      return;
    case 'refused':
      if (message.id !== null) whenDone.delete(message.id);
      notice(message.line);
      return;
    case 'done': {
      const line = whenDone.get(message.id);
      whenDone.delete(message.id);
      if (line !== undefined) notice(line);
      return;
    }
  }
}

/** Connects the page to the server it came from. */
export function openState(): void {
  const url = new URL('socket', document.baseURI);
  url.protocol = url.protocol.replace('http', 'ws');
  connection = connect(url.href, {
    message: receive,
    frame(channel, frame) {
      meterFrame(channel, frame);
      if (channel !== 'mouthpiece') playFrame(channel, frame);
    },
    state(state, retryAt) {
      link.value = { state, retryAt };
    },
  });
}

/** Does something in the world. What comes of it is seen in the snapshots; of what is not, `done` is said. */
export function act(deed: FromPage['deed'], done?: string): void {
  const id = connection?.deed(deed) ?? null;
  if (id === null) notice('Not connected: nothing was done.');
  else if (done !== undefined) whenDone.set(id, done);
}

/** Speaks a frame into the mouthpiece, where the handset is off its hook. */
export function speak(frame: Int16Array): void {
  meterFrame('mouthpiece', frame);
  if (lifted.value) connection?.frame(frame);
}

/** Tries to connect now. */
export const retryNow = (): void => connection?.retry();
