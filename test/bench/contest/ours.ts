import { once } from 'node:events';
import { z } from 'zod';
import { startMedia } from '../../../src/terminal/telephony/media/start.ts';
import type { SrtpKeys } from '../../../src/terminal/telephony/port.ts';
import { keepBusy } from './busy.ts';

/** What the program is told, as JSON in its one argument. */
export const OursOptions = z.strictObject({
  /** Where the sound of each call is sent. */
  sinks: z.array(z.int()).min(1),
  /** Base64 of master key and salt, each way. */
  keys: z
    .strictObject({
      suite: z.enum(['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_256_GCM']),
      send: z.string(),
      receive: z.string(),
    })
    .nullable(),
  taps: z.boolean(),
  busy: z.boolean(),
  /** Raw 16-bit samples at 16 kHz, the microphone's sound, over and over. */
  speech: z.string(),
});

/**
 * Holds calls of ours from handset to RTP, with no signalling, until its standard input ends; prints the ports where it takes
 * RTP as a JSON array. The handset belongs to the first call, as in a telephone; all are encoded and decoded.
 */
const { sinks, keys, taps, busy, speech } = OursOptions.parse(JSON.parse(process.argv[2] ?? ''));
const media = await startMedia({
  device: {
    kind: 'commands',
    capture: ['sh', '-c', `while :; do cat '${speech}'; done`],
    playback: ['sh', '-c', 'cat > /dev/null'],
    rate: 16_000,
  },
  recordings: { builtIn: import.meta.dirname },
  mediaTimeout: 600_000,
});
const srtp: SrtpKeys | null = keys && {
  suite: keys.suite,
  send: Buffer.from(keys.send, 'base64'),
  receive: Buffer.from(keys.receive, 'base64'),
};
const format = { codec: 'PCMU', payloadType: 0 } as const;
const ports: number[] = [];
for (const [n, port] of sinks.entries()) {
  ports.push(await media.open(String(n), '127.0.0.1', { privileged: false }));
  media.connect(String(n), {
    ...{ address: '127.0.0.1', port, rtcpPort: port, format, receives: [format], digits: null, receivesDigits: [] },
    ...{ ptime: 20, direction: 'sendrecv', srtp },
  });
}
media.bridge('0', true);
let tapped = 0;
if (taps) media.tap('0').subscribe(() => (tapped += 1));
const work = busy ? await keepBusy() : null;
console.log(JSON.stringify(ports));
process.stdin.resume();
await once(process.stdin, 'end');
await work?.close();
await media.close();
if (taps && tapped === 0) throw new Error('the tap saw nothing');
