import { MessageChannel } from 'node:worker_threads';
import { type Media, startMedia } from '../../../src/terminal/telephony/media/start.ts';

const FRAME = 320;

/** Real media, and a caller at its handset. */
export interface Caller {
  readonly media: Media;
  /** Says this from the next tick on, then nothing. Resolves when it is said. */
  say(speech: Int16Array): Promise<void>;
  close(): Promise<void>;
}

/** A caller whose microphone has a little noise of its own. Recordings are looked for in `recordings`. */
export async function caller(recordings: string = import.meta.dirname): Promise<Caller> {
  const { port1, port2 } = new MessageChannel();
  const media = await startMedia({
    thread: 'here',
    device: { kind: 'port', port: port2 },
    recordings: { builtIn: recordings },
    mediaTimeout: 60_000,
  });
  let speech: Int16Array = new Int16Array();
  let at = 0;
  let said = () => {};
  port1.on('message', () => {
    const frame = Int16Array.from({ length: FRAME }, () => Math.round(20 * (Math.random() - 0.5)));
    speech.subarray(at, at + FRAME).forEach((sample, n) => {
      frame[n] = sample;
    });
    at += FRAME;
    if (at >= speech.length) said();
    port1.postMessage(frame, [frame.buffer as ArrayBuffer]);
  });
  return {
    media,
    say: (next) =>
      new Promise((resolve) => {
        [speech, at, said] = [next, 0, resolve];
      }),
    async close() {
      await media.close();
      port1.close();
    },
  };
}
