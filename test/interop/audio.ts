import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import type { MediaEvent } from '../../src/terminal/audio/port.ts';
import { Ticker } from '../../src/terminal/audio/ticker.ts';
import { startMedia } from '../../src/terminal/telephony/media/start.ts';
import type { TelephonyEvent } from '../../src/terminal/telephony/port.ts';
import { openAccount } from '../../src/terminal/telephony/sip/account.ts';
import { levelAt } from '../signal.ts';
import { keptLog } from '../terminal/telephony/sip/fakes.ts';

/** A terminal's whole telephony, signalling and sound, with a handset that `says` and keeps what it hears. */
export async function startPhone(server: number, says: () => Int16Array) {
  const folder = await mkdtemp(join(tmpdir(), 'phone-'));
  const { port1, port2 } = new MessageChannel();
  const heard: Int16Array[] = [];
  port2.on('message', (frame: Int16Array) => heard.push(frame));
  // As a sound card does, it makes sound for all the time that passes, also for that in which nobody came to fetch it.
  const card = new Ticker((skipped) => {
    for (let n = 0; n <= skipped; n += 1) port2.postMessage(says());
  });
  const media = await startMedia({
    device: { kind: 'port', port: port1 },
    recordings: { builtIn: folder },
    mediaTimeout: 30_000,
    thread: 'here',
  });
  const log = keptLog();
  const account = await openAccount(
    {
      domain: 'jail.example',
      server: { host: '127.0.0.1', port: server },
      user: 'terminal',
      register: false,
      expires: 300,
      local: { address: '0.0.0.0', port: 0 },
      codecs: ['PCMU', 'PCMA'],
    },
    media,
    log,
  );
  const events: (TelephonyEvent | MediaEvent)[] = [];
  account.events.subscribe((event) => events.push(event));
  media.events.subscribe((event) => events.push(event));
  return {
    account,
    media,
    events,
    log,
    happened: (type: (TelephonyEvent | MediaEvent)['type']) => events.some((event) => event.type === type),
    /** What the earpiece played, from `skip` frames of 20 ms on, at 16 kHz. */
    earpiece: (skip: number) => Int16Array.from(heard.slice(skip).flatMap((frame) => [...frame])),
    frames: () => heard.length,
    async close() {
      await account.close();
      card.close();
      await media.close();
      port2.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Level of a tone, dB below full scale, in the tenth of a second where it is strongest: a stall of a busy machine in one
 * place breaks the phase there and nowhere else.
 */
export function steadiest(samples: Int16Array, frequency: number, rate: number): number {
  const span = rate / 10;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at + span <= samples.length; at += span / 2) {
    most = Math.max(most, levelAt(samples.subarray(at, at + span), frequency, rate));
  }
  return most;
}
