import { MessageChannel } from 'node:worker_threads';
import { FRAME, RATE } from '../../src/terminal/audio/frame.ts';
import { Ticker } from '../../src/terminal/audio/ticker.ts';
import { startMedia } from '../../src/terminal/telephony/media/start.ts';
import { TickFinder } from '../tick.ts';

/** A terminal's sound with a silent mouth, and an ear that notes when it hears a tick. */
export async function openEar() {
  const { port1, port2 } = new MessageChannel();
  const media = await startMedia({
    device: { kind: 'port', port: port1 },
    recordings: { builtIn: import.meta.dirname },
    mediaTimeout: 600_000,
  });
  const finder = new TickFinder(RATE);
  const heard: number[] = [];
  let frames = 0;
  port2.on('message', (frame: Int16Array) => {
    const now = performance.now();
    frames += 1;
    for (const place of finder.take(frame)) heard.push(now - (frames - 1) * 20 + (place * 1_000) / RATE);
  });
  const card = new Ticker((skipped) => {
    for (let n = 0; n <= skipped; n++) port2.postMessage(new Int16Array(FRAME));
  });
  return {
    media,
    /** `performance.now()` at which each tick began since this was last asked for. */
    heard: () => heard.splice(0),
    async close() {
      card.close();
      await media.close();
      port2.close();
    },
  };
}

export type Ear = Awaited<ReturnType<typeof openEar>>;
