import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { FRAME, RATE } from '../../../src/terminal/audio/frame.ts';
import { Ticker } from '../../../src/terminal/audio/ticker.ts';
import { startMedia } from '../../../src/terminal/telephony/media/start.ts';
import { TickFinder, ticking } from '../../tick.ts';

/** A call's media on a thread of its own, with a handset. */
async function open(): Promise<{ media: Awaited<ReturnType<typeof startMedia>>; port: number; handset: MessagePort }> {
  const { port1, port2 } = new MessageChannel();
  const media = await startMedia({
    device: { kind: 'port', port: port1 },
    recordings: { builtIn: import.meta.dirname },
    mediaTimeout: 600_000,
  });
  return { media, port: await media.open('call', '127.0.0.1', { privileged: false }), handset: port2 };
}

/**
 * Mouth to ear over two terminals of ours and loopback, ms, once a second: from a frame that a sound card hands over to the moment in
 * which it is handed to the other card. The 20 ms in which the card fills the frame, and its own buffers, come on top.
 */
export async function mouthToEar(seconds: number): Promise<number[]> {
  const [mouth, ear] = [await open(), await open()];
  const format = { codec: 'PCMU', payloadType: 0 } as const;
  const join = (from: typeof mouth, to: typeof mouth) => {
    from.media.connect('call', {
      ...{ address: '127.0.0.1', port: to.port, rtcpPort: to.port + 1, format, receives: [format] },
      ...{ digits: null, receivesDigits: [], ptime: 20, direction: 'sendrecv', srtp: null },
    });
    from.media.bridge('call', true);
  };
  join(mouth, ear);
  join(ear, mouth);
  const values: number[] = [];
  const said: number[] = [];
  const finder = new TickFinder(RATE);
  let [heardFrames, began] = [0, 0];
  ear.handset.on('message', (frame: Int16Array) => {
    const now = performance.now();
    // The frame that is played now is the last of all that have come.
    heardFrames += 1;
    began = now - (heardFrames - 1) * 20;
    for (const place of finder.take(frame)) {
      const heard = began + (place * 1_000) / RATE;
      const at = said.findLast((moment) => moment < heard);
      if (at !== undefined) values.push(heard - at);
    }
  });
  const second = ticking(1, RATE);
  let frames = 0;
  await new Promise<void>((resolve) => {
    const card = new Ticker((skipped) => {
      frames += skipped;
      const from = (frames % 50) * FRAME;
      if (from === 0) said.push(performance.now());
      mouth.handset.postMessage(second.slice(from, from + FRAME));
      frames += 1;
      if (frames < 50 * seconds) return;
      card.close();
      resolve();
    });
  });
  for (const end of [mouth, ear]) {
    await end.media.close();
    end.handset.close();
  }
  // The first seconds, in which the buffers settle.
  return values.slice(3);
}
