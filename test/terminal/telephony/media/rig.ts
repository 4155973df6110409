import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { MediaEvent } from '../../../../src/terminal/audio/port.ts';
import { type Media, startMedia } from '../../../../src/terminal/telephony/media/start.ts';
import type { RemoteMedia } from '../../../../src/terminal/telephony/port.ts';

/** A handset on a MessagePort: what it says is `mouth`, what it hears is kept. */
export class Handset {
  readonly port: MessagePort;
  readonly heard: Int16Array[] = [];

  constructor(port: MessagePort) {
    this.port = port;
    port.on('message', (frame: Int16Array) => {
      this.heard.push(frame);
      if (this.heard.length > 1_000) this.heard.shift();
    });
  }

  /** Speaks a frame for each that is heard: the engine's own clock. */
  speak(source: () => Int16Array): void {
    this.port.on('message', () => this.port.postMessage(source()));
    for (let n = 0; n < 3; n++) this.port.postMessage(source());
  }

  /** The last `frames` heard, joined. */
  last(frames: number): Int16Array {
    const out = new Int16Array(frames * 320);
    this.heard.slice(-frames).forEach((frame, n) => {
      out.set(frame, n * 320);
    });
    return out;
  }

  /** Waits until `frames` more have been heard, and gives them. */
  async next(frames: number): Promise<Int16Array> {
    let left = frames;
    await new Promise<void>((resolve) => {
      const count = () => {
        left -= 1;
        if (left > 0) return;
        this.port.off('message', count);
        resolve();
      };
      this.port.on('message', count);
    });
    return this.last(frames);
  }

  close(): void {
    this.port.close();
  }
}

/** A media engine in this thread, with its handset and what it told. */
export interface Rig {
  media: Media;
  handset: Handset;
  told: MediaEvent[];
  /** Waits for an event of this type that has not been waited for; rejects after 20 s. */
  tells<T extends MediaEvent['type']>(type: T): Promise<Extract<MediaEvent, { type: T }>>;
  close(): Promise<void>;
}

export async function startRig(
  options: { recordings?: { builtIn: string; site?: string }; mediaTimeout?: number } = {},
): Promise<Rig> {
  const { port1, port2 } = new MessageChannel();
  const handset = new Handset(port1);
  const media = await startMedia({
    device: { kind: 'port', port: port2 },
    recordings: options.recordings ?? { builtIn: new URL('./none', import.meta.url).pathname },
    mediaTimeout: options.mediaTimeout ?? 30_000,
    thread: 'here',
  });
  const told: MediaEvent[] = [];
  const taken = new Set<MediaEvent>();
  media.events.subscribe((event) => told.push(event));
  return {
    media,
    handset,
    told,
    tells: async (type) => {
      let found: MediaEvent | undefined;
      await until(() => {
        found = told.find((event) => event.type === type && !taken.has(event));
        return found !== undefined;
      });
      taken.add(found as MediaEvent);
      return found as never;
    },
    close: async () => {
      await media.close();
      handset.close();
    },
  };
}

/** Waits for a condition; rejects after 20 s. */
export async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('waited 20 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const remoteAt = (port: number, more: Partial<RemoteMedia> = {}): RemoteMedia => ({
  address: '127.0.0.1',
  port,
  codec: 'PCMU',
  payloadType: 0,
  digitPayloadType: 101,
  ptime: 20,
  direction: 'sendrecv',
  ...more,
});

/** Two engines whose calls `a` and `b` are connected to each other. */
export async function connected(
  more: Partial<RemoteMedia> = {},
  options: Parameters<typeof startRig>[0] = {},
): Promise<{ a: Rig; b: Rig; close(): Promise<void> }> {
  const [a, b] = await Promise.all([startRig(options), startRig(options)]);
  const [portA, portB] = await Promise.all([a.media.open('a', '127.0.0.1'), b.media.open('b', '127.0.0.1')]);
  a.media.connect('a', remoteAt(portB, more));
  b.media.connect('b', remoteAt(portA, more));
  return {
    a,
    b,
    close: async () => {
      await Promise.all([a.close(), b.close()]);
    },
  };
}
