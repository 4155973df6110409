import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import type { MediaEvent } from '../../src/terminal/audio/port.ts';
import { Ticker } from '../../src/terminal/audio/ticker.ts';
import { startMedia } from '../../src/terminal/telephony/media/start.ts';
import type { TelephonyEvent } from '../../src/terminal/telephony/port.ts';
import { openAccount } from '../../src/terminal/telephony/sip/account.ts';
import type { AccountConfig, TrunkConfig } from '../../src/terminal/telephony/sip/config.ts';
import type { Pace } from '../../src/terminal/telephony/sip/pace.ts';
import { levelAt } from '../signal.ts';
import { keptLog, testTrunk } from '../terminal/telephony/sip/fakes.ts';

/** What a phone is beside one plain trunk over UDP, without registration, at `server`. */
export interface PhoneOptions extends Partial<Omit<AccountConfig, 'trunks'>> {
  /** What differs from that, trunk by trunk; they are named one, two, ... and tried in this order. */
  readonly trunks?: readonly Partial<TrunkConfig>[];
  readonly pace?: Partial<Pace>;
}

/** A terminal's whole telephony, signalling and sound, with a handset that `says` and keeps what it hears. */
export async function startPhone(server: number, says: () => Int16Array, options: PhoneOptions = {}) {
  const { trunks = [{}], pace = {}, ...rest } = options;
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
      trunks: trunks.map((trunk, at) => ({
        ...testTrunk(server),
        name: ['one', 'two', 'three'][at] ?? `${at + 1}`,
        priority: at,
        ...trunk,
      })),
      local: { address: '0.0.0.0', port: 0 },
      tls: {},
      codecs: ['PCMU', 'PCMA'],
      sessionExpires: 0,
      ...rest,
    },
    media,
    log,
    pace,
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

/** Half a minute of a sine of `level` dB below full scale. */
export function tone(frequency: number, level: number, rate = 8_000): Int16Array {
  const amplitude = 32_767 * 10 ** (level / 20);
  return Int16Array.from({ length: 30 * rate }, (_, n) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequency * n) / rate)),
  );
}

/**
 * Level of a tone, dB below full scale, in the tenth of a second where it is strongest: a stall of a busy machine in one
 * place breaks the phase there and nowhere else.
 */
export function steadiest(samples: Int16Array, frequency: number, rate: number): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...levels(samples, frequency, rate));
}

/**
 * Level of a tone in the middle one of all tenths of a second, by strength: for codecs with a memory, which are too loud for
 * a while after a stall, and where the tone is there most of the time.
 */
export function usual(samples: Int16Array, frequency: number, rate: number): number {
  const sorted = levels(samples, frequency, rate).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NEGATIVE_INFINITY;
}

function levels(samples: Int16Array, frequency: number, rate: number): number[] {
  const span = rate / 10;
  const found: number[] = [];
  for (let at = 0; at + span <= samples.length; at += span / 2) {
    found.push(levelAt(samples.subarray(at, at + span), frequency, rate));
  }
  return found;
}
