import { type FromPage, ToPage } from '../messages.ts';
import { type Channel, packFrame, unpackFrame } from '../sound.ts';

const RETRY_FIRST_MS = 250;
const RETRY_MOST_MS = 5_000;
/** With this much unsent, 200 ms of a microphone, the rest is left out. */
const SENDING_BYTES = 6_500;

/** What a connection tells the page. */
export interface Listener {
  message(message: ToPage): void;
  frame(channel: Channel, frame: Int16Array<ArrayBuffer>): void;
  /** `retryAt`: when the next attempt is made, by `performance.now()`. */
  state(state: 'connecting' | 'open' | 'lost', retryAt: number | null): void;
}

/** A connection to the server that comes back by itself. */
export interface Connection {
  /** Sends a deed and gives its number, or null while there is no connection. */
  deed(deed: FromPage['deed']): number | null;
  frame(frame: Int16Array): void;
  /** Tries again now rather than when it is due. */
  retry(): void;
}

/** Connects to the WebSocket at `url`; after a loss, tries again at growing, uneven intervals. */
export function connect(url: string, listener: Listener): Connection {
  let socket: WebSocket;
  let failures = 0;
  let timer: number | undefined;
  let deeds = 0;

  function open(): void {
    window.clearTimeout(timer);
    timer = undefined;
    listener.state(failures === 0 ? 'connecting' : 'lost', null);
    socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      failures = 0;
      listener.state('open', null);
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => receive(data);
    socket.onclose = () => {
      const wait = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 1.7 ** failures) * (0.7 + Math.random() * 0.6);
      failures += 1;
      listener.state('lost', performance.now() + wait);
      timer = window.setTimeout(open, wait);
    };
  }

  function receive(data: string | ArrayBuffer): void {
    if (typeof data === 'string') {
      const parsed = ToPage.safeParse(JSON.parse(data));
      if (parsed.success) listener.message(parsed.data);
      else listener.message({ type: 'refused', id: null, line: 'this page and its server differ: reload the page' });
      return;
    }
    const found = unpackFrame(new Uint8Array(data));
    if (found) listener.frame(found.channel, found.frame);
  }

  open();
  return {
    deed(deed) {
      if (socket.readyState !== WebSocket.OPEN) return null;
      deeds += 1;
      socket.send(JSON.stringify({ type: 'deed', id: deeds, deed } satisfies FromPage));
      return deeds;
    },
    frame(frame) {
      if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > SENDING_BYTES) return;
      socket.send(packFrame('mouthpiece', frame));
    },
    retry() {
      if (timer !== undefined) open();
    },
  };
}
