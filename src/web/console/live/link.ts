import { signal } from '@preact/signals';
import type { FacilityId } from '../../../protocol/units.ts';
import { askWhoIAm } from '../account/session.ts';
import { openAlerts } from '../alerts/open.ts';
import { refusedBy } from '../orders/refusals.ts';
import type { FromStream } from './messages.ts';
import { forget, take } from './phones.ts';

const RETRY_MS = 3_000;

/** How the stream of the facility stands. `retryAt`, where we try again ourselves: by `performance.now()`. */
export const link = signal<{ state: 'connecting' | 'open' | 'lost'; retryAt: number | null }>({
  state: 'connecting',
  retryAt: null,
});
/** Whether the platform hears what phones say; while it does not, what is shown is what was. */
export const phonesHeard = signal(true);
/** What the server's clock shows more than this one, ms. */
export const ahead = signal(0);
/** The server's time, each second. */
export const now = signal(Date.now());

let worker: Worker | null = null;
let timer: number | undefined;
let watched: FacilityId | null = null;

window.setInterval(() => {
  now.value = Date.now() + ahead.value;
}, 1_000);

/** Shows the phones of `facility` from now on; of null none. */
export function watch(facility: FacilityId | null): void {
  if (facility === watched) return;
  watched = facility;
  forget();
  openAlerts.value = { open: 0, latest: null };
  phonesHeard.value = true;
  close();
  if (facility !== null) open(facility);
}

/** Tries to connect now. */
export function retryNow(): void {
  close();
  if (watched !== null) open(watched);
}

function close(): void {
  window.clearTimeout(timer);
  worker?.terminate();
  worker = null;
}

function open(facility: FacilityId): void {
  link.value = { state: link.peek().state === 'lost' ? 'lost' : 'connecting', retryAt: null };
  worker = new Worker(new URL('./stream-worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<FromStream>) => receive(data);
  worker.postMessage(new URL(`/api/facilities/${facility}/live`, location.href).href);
}

function receive(message: FromStream): void {
  switch (message.type) {
    case 'state':
      link.value = { state: message.state, retryAt: null };
      return;
    case 'closed':
    case 'differs':
      close();
      void askWhoIAm();
      link.value = { state: 'lost', retryAt: performance.now() + RETRY_MS };
      timer = window.setTimeout(retryNow, RETRY_MS);
      return;
    case 'phones-heard':
      phonesHeard.value = message.heard;
      return;
    case 'alerts':
      openAlerts.value = { open: message.open, latest: message.latest };
      return;
    case 'phones':
      keepTime(message.at);
      take(message);
      return;
    case 'refused':
      refusedBy(message.terminal, message.reason, message.at);
      return;
  }
}

/** So far a message may be behind the others, ms, before it is believed that a clock was set. */
const LATE_MS = 2_000;

/** What comes the soonest after it was sent tells best how the clocks differ. */
function keepTime(at: number): void {
  const found = at - Date.now();
  if (found > ahead.peek() || ahead.peek() - found > LATE_MS) ahead.value = found;
}
