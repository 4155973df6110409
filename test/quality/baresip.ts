import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isBound, start, until } from '../interop/peers/program.ts';
import type { Contestant, Played } from './contestant.ts';
import { invite } from './invite.ts';
import { samplesOf } from './speech.ts';

/** How baresip buffers: `jitter_buffer_delay` in packets and `audio_buffer` in ms, least and most each. */
export interface Buffering {
  readonly jitterBuffer: string;
  readonly audioBuffer: string;
}

/** What baresip is given: that with which it was heard best over all rows (README). */
export const BEST: Buffering = { jitterBuffer: '5-10', audioBuffer: '20-160' };

/** A port that was free a moment ago may be so no more, and baresip wants it for TCP too, of which connections that close may hold a third. */
const TRIES = 10;

/**
 * Debian's baresip in a call, with its PLC. What it plays goes over its loopback device into what it says: its RTP is what its
 * ear gets, 20 ms as they are played.
 */
export async function startBaresip(buffering: Buffering = BEST): Promise<Contestant> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(buffering);
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

async function attempt(buffering: Buffering): Promise<Contestant> {
  const folder = await mkdtemp(join(tmpdir(), 'quality-'));
  const sip = await freePort('udp');
  await writeFile(join(folder, 'accounts'), `<sip:ear@127.0.0.1:${sip}>;regint=0;answermode=auto\n`);
  await writeFile(join(folder, 'contacts'), '');
  await writeFile(join(folder, 'config'), configOf(sip, buffering));
  const program = start('baresip', ['-f', folder], folder);
  const [ear, played] = await listen();
  try {
    let left = false;
    void program.exited.then(() => {
      left = true;
    });
    await until('baresip to listen', async () => left || (await isBound(sip)));
    if (left) throw new Error('baresip left');
    const call = await invite(sip, ear.address().port);
    return {
      port: call.port,
      rate: 8_000,
      played,
      // It hears whoever sends.
      connect: () => undefined,
      async close() {
        await call.end();
        await program.stop();
        ear.close();
        await rm(folder, { recursive: true, force: true });
        return '';
      },
    };
  } catch (error) {
    await program.stop();
    ear.close();
    await rm(folder, { recursive: true, force: true });
    throw new Error(`${String(error)}: ${program.output()}`);
  }
}

async function listen(): Promise<[Socket, Played[]]> {
  const ear = createSocket('udp4').bind(0, '127.0.0.1');
  await once(ear, 'listening');
  const played: Played[] = [];
  ear.on('message', (data) => {
    if (data.length > 12 && ((data[1] as number) & 0x7f) === 0) {
      played.push({ at: performance.now(), samples: samplesOf(data.subarray(12)) });
    }
  });
  return [ear, played];
}

function configOf(sip: number, { jitterBuffer, audioBuffer }: Buffering): string {
  return [
    `sip_listen 127.0.0.1:${sip}`,
    'audio_source aubridge,ear',
    'audio_player aubridge,ear',
    'audio_alert aubridge,alert',
    'ausrc_srate 8000',
    'auplay_srate 8000',
    'ausrc_channels 1',
    'auplay_channels 1',
    `audio_buffer ${audioBuffer}`,
    `jitter_buffer_delay ${jitterBuffer}`,
    'net_interface 127.0.0.1',
    'module_path /usr/lib/baresip/modules',
    'module g711.so',
    'module plc.so',
    'module aubridge.so',
    'module_tmp account.so',
    'module_app menu.so',
    '',
  ].join('\n');
}
