import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { startMedia } from '../../src/terminal/telephony/media/start.ts';
import type { Contestant, Played } from './contestant.ts';

const CALL = 'quality';

/** Our media engine as it runs in a terminal, in a thread of its own where it is compiled, with a handset that keeps what it plays. */
export async function startOurs(): Promise<Contestant> {
  const folder = await mkdtemp(join(tmpdir(), 'quality-'));
  const { port1, port2 } = new MessageChannel();
  const played: Played[] = [];
  port2.on('message', (samples: Int16Array) => played.push({ at: performance.now(), samples }));
  const media = await startMedia({
    device: { kind: 'port', port: port1 },
    recordings: { builtIn: folder },
    mediaTimeout: 60_000,
    thread: import.meta.url.endsWith('.ts') ? 'here' : 'worker',
  });
  const port = await media.open(CALL, '127.0.0.1', { privileged: false });
  return {
    port,
    rate: 16_000,
    played,
    connect(from) {
      const format = { codec: 'PCMU', payloadType: 0 } as const;
      media.connect(CALL, {
        address: '127.0.0.1',
        port: from,
        rtcpPort: from,
        format,
        receives: [format],
        digits: null,
        receivesDigits: [],
        ptime: 20,
        direction: 'sendrecv',
        srtp: null,
      });
      media.bridge(CALL, true);
    },
    async close() {
      const { received, late, concealed, resyncs, ticksSkipped } = await media.stats(CALL);
      await media.close();
      port2.close();
      await rm(folder, { recursive: true, force: true });
      return `received ${received}, late ${late}, concealed ${concealed}, resyncs ${resyncs}, ticks skipped ${ticksSkipped}`;
    },
  };
}
