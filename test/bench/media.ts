import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Ticker } from '../../src/terminal/audio/ticker.ts';
import { Engine } from '../../src/terminal/telephony/media/engine.ts';
import { HEADER, writeHeader } from '../../src/terminal/telephony/media/rtp.ts';
import type { Samples } from './samples.ts';

/** Ticks measured of each. */
const TICKS = 500;

/** How well sound keeps its time, and what 20 ms of a full call cost the thread of sound. Takes about 20 s. */
export async function benchMedia(): Promise<Samples[]> {
  return [
    { name: 'sound: tick after its time', unit: 'ms', values: await lateness(), target: null },
    { name: 'sound: 20 ms of a call', unit: 'µs', values: await cost(), target: null },
  ];
}

function lateness(): Promise<number[]> {
  const values: number[] = [];
  return new Promise((resolve) => {
    const ticker = new Ticker((_skipped, late) => {
      values.push(late);
      if (values.length < TICKS) return;
      ticker.close();
      resolve(values);
    });
  });
}

/** A call with its bridge open, sound from the far end and the mouthpiece to it: microphone to RTP and RTP to ear. */
async function cost(): Promise<number[]> {
  const far = createSocket('udp4').bind(0, '127.0.0.1');
  await once(far, 'listening');
  const engine = new Engine(
    { device: { kind: 'none' }, recordings: { builtIn: import.meta.dirname }, mediaTimeout: 60_000 },
    () => undefined,
    () => performance.now(),
  );
  const port = await engine.open('bench', '127.0.0.1', { privileged: false });
  const remote = { address: '127.0.0.1', port: far.address().port, format: { codec: 'PCMU', payloadType: 0 } } as const;
  engine.obey({
    type: 'connect',
    call: 'bench',
    remote: {
      ...remote,
      digits: null,
      receivesDigits: [],
      ptime: 20,
      direction: 'sendrecv',
      rtcpPort: 9,
      receives: [remote.format],
      srtp: null,
    },
  });
  engine.obey({ type: 'bridge', call: 'bench', on: true });
  const packet = Buffer.alloc(HEADER + 160);
  let sequence = 0;
  const values: number[] = [];
  await new Promise<void>((resolve) => {
    const ticker = new Ticker(() => {
      writeHeader(packet, { payloadType: 0, marker: false, sequence, timestamp: sequence * 160, ssrc: 1 });
      // A voiced sound: loud, so that nothing is left out as silence.
      for (let n = 0; n < 160; n++) packet[HEADER + n] = 0x80 | ((n * 7 + sequence) & 0x3f);
      sequence += 1;
      far.send(packet, port, '127.0.0.1');
      const from = performance.now();
      engine.tick(0);
      values.push(1_000 * (performance.now() - from));
      if (values.length < TICKS) return;
      ticker.close();
      resolve();
    });
  });
  await engine.close();
  far.close();
  return values;
}
