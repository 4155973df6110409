import { z } from 'zod';
import { LiveEvent } from '../../../protocol/api/live.ts';
import type { FromStream } from './messages.ts';

// No policy of ours allows code that is made as it runs.
z.config({ jitless: true });

/** So many phones are handed over at once: the page takes each piece in a few milliseconds. */
const PIECE = 250;

const tell = (message: FromStream): void => self.postMessage(message);

// The stream is read and checked here, beside the page: 5,000 phones at once hold up nothing that moves in it.
self.onmessage = ({ data }: MessageEvent<string>) => {
  const source = new EventSource(data);
  source.onopen = () => tell({ type: 'state', state: 'open' });
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) tell({ type: 'closed' });
    else tell({ type: 'state', state: 'lost' });
  };
  source.onmessage = (event: MessageEvent<string>) => receive(event.data);
};

function receive(text: string): void {
  const event = LiveEvent.safeParse(parsed(text)).data;
  if (!event) return void tell({ type: 'differs' });
  const at = Date.parse(event.at);
  if (event.type === 'order-refused')
    return void tell({ type: 'refused', at, terminal: event.terminal, reason: event.reason });
  if (event.type === 'link') return void tell({ type: 'phones-heard', heard: event.state === 'up' });
  if (event.type === 'alerts') return void tell({ type: 'alerts', open: event.open, latest: event.latest });
  const all = event.type === 'all';
  let from = 0;
  do {
    const phones = event.phones.slice(from, from + PIECE);
    tell({ type: 'phones', at, first: all && from === 0, last: all && from + PIECE >= event.phones.length, phones });
    from += PIECE;
  } while (from < event.phones.length);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
