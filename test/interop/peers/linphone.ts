import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isBound, start } from './program.ts';
import { pcmOf, wavOf } from './wav.ts';

/** A Linphone that takes every call, with files for a sound card. */
export interface Linphone {
  /** Where it takes SIP over UDP and TCP. */
  readonly port: number;
  /** A command of its console: `pause`, `resume`, `terminate`, or a key to be sent. */
  command(line: string): void;
  /** All its console has shown. */
  console(): string;
  /** Waits until a condition holds; throws with `what` and what its console has shown. */
  until(what: string, holds: () => boolean): Promise<void>;
  /** Keys that came, in order. */
  keys(): string;
  /** What it heard so far: 16-bit samples at the rate of the codec. */
  heard(): Promise<Int16Array>;
  stop(): Promise<void>;
}

/** How a Linphone differs from a plain one, which speaks PCMU. */
export interface LinphoneOptions {
  /** SRTP by SDES: offered and taken, or nothing else. */
  readonly encryption?: 'preferred' | 'required';
  /** In the order it likes them. */
  readonly codecs?: readonly LinphoneCodec[];
}

const CODECS = { PCMU: [8_000, 1], PCMA: [8_000, 1], G722: [8_000, 1], opus: [48_000, 2] } as const;
type LinphoneCodec = keyof typeof CODECS;

/** Starts Linphone (Debian linphone-cli) on loopback; it says `says` (16-bit samples at `rate`) from the start of each call. */
export async function startLinphone(
  says: Int16Array,
  rate: 8_000 | 16_000,
  options: LinphoneOptions = {},
): Promise<Linphone> {
  const home = await mkdtemp(join(tmpdir(), 'linphone-'));
  const port = await freePort('udp');
  const file = (name: string) => join(home, name);
  // Without a folder for its database it comes up deaf.
  await mkdir(file('.local/share/linphone'), { recursive: true });
  await writeFile(file('says.wav'), wavOf(says, rate));
  await writeFile(file('config'), configOf(port, await freePort('udp'), options));
  const program = start('linphonec', ['-c', file('config'), '-S'], home, { HOME: home, XDG_DATA_HOME: '' });
  await program.ready('Linphone to listen', () => isBound(port));
  for (const line of [
    'soundcard use files',
    `play ${file('says.wav')}`,
    `record ${file('heard.wav')}`,
    'autoanswer enable',
  ]) {
    program.say(line);
  }
  await program.ready('Linphone to take calls', () => program.output().includes('Auto answer enabled'));
  return {
    port,
    command: program.say,
    console: program.output,
    until: program.ready,
    keys: () => [...program.output().matchAll(/Receiving tone (\S) from/g)].map(([, key]) => key ?? '').join(''),
    heard: async () => pcmOf(await readFile(file('heard.wav'))),
    async stop() {
      await program.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function configOf(port: number, media: number, { encryption, codecs = ['PCMU'] }: LinphoneOptions): string {
  return [
    '[sip]',
    `sip_port=${port}`,
    `sip_tcp_port=${port}`,
    'sip_tls_port=0',
    'contact=sip:linphone@127.0.0.1',
    'bind_address=127.0.0.1',
    'guess_hostname=0',
    'use_ipv6=0',
    `media_encryption=${encryption ? 'srtp' : 'none'}`,
    `media_encryption_mandatory=${encryption === 'required' ? 1 : 0}`,
    '[rtp]',
    'bind_address=127.0.0.1',
    `audio_rtp_port=${media}`,
    '[sound]',
    'echocancellation=0',
    ...codecs.flatMap((codec, n) => [
      `[audio_codec_${n}]`,
      `mime=${codec}`,
      `rate=${CODECS[codec][0]}`,
      `channels=${CODECS[codec][1]}`,
      'enabled=1',
    ]),
    '[misc]',
    'add_missing_audio_codecs=0',
    '',
  ].join('\n');
}
