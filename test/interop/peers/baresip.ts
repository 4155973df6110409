import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from './certificates.ts';
import { freePair, freePort, start } from './program.ts';
import { pcmOf, wavOf } from './wav.ts';

/** A baresip that takes every call at once. */
export interface Baresip {
  readonly pid: number;
  /** Where it takes SIP over UDP and TCP. */
  readonly port: number;
  /** Where it takes SIP over TLS, where it has a certificate. */
  readonly tlsPort: number;
  /** Events it has told, as `CALL_ESTABLISHED`, with their parameter. */
  readonly events: readonly { readonly type: string; readonly param: string }[];
  /** One of its long commands, as `hangup`, `hold`, `resume`, `dial sip:...` or `sndcode 5`. */
  command(name: string, params?: string): void;
  /** What it heard so far: 16-bit samples at the rate of the codec. Whole only after the call. */
  heard(): Promise<Int16Array>;
  /** All it has written so far. */
  output(): string;
  stop(): Promise<void>;
}

/** How a baresip differs from a plain one, which speaks G.711 over UDP and TCP. */
export interface BaresipOptions {
  /** Its certificate for TLS, and the authority that it trusts. */
  readonly tls?: { readonly own: Certificate; readonly authority: string };
  /** SRTP by SDES: offered and taken, or nothing else. */
  readonly encryption?: 'srtp' | 'srtp-mand';
  /** In the order it likes them. */
  readonly codecs?: readonly BaresipCodec[];
  /** Samples a second of what it says. */
  readonly rate?: 8_000 | 16_000;
  /** Its output has every SIP message. */
  readonly trace?: boolean;
  /** Calls it takes at once; 4 unless said. */
  readonly calls?: number;
  /** False: it keeps nothing of what it hears. */
  readonly keeps?: boolean;
}

const CODECS = { PCMU: 'PCMU/8000/1', PCMA: 'PCMA/8000/1', G722: 'G722/16000/1', opus: 'opus/48000/2' } as const;
type BaresipCodec = keyof typeof CODECS;

/**
 * Starts baresip on loopback to be called at `number`; it says `says` (16-bit samples at 8 kHz, or at `options.rate`) once
 * from the start of each call. It listens on `at`, or on a free port.
 */
export async function startBaresip(
  number: string,
  says: Int16Array,
  at?: number,
  options: BaresipOptions = {},
): Promise<Baresip> {
  const folder = await mkdtemp(join(tmpdir(), 'baresip-'));
  const port = at ?? (await freePair());
  const control = await freePort('tcp');
  await writeFile(join(folder, 'says.wav'), wavOf(says, options.rate));
  await writeFile(join(folder, 'accounts'), accountOf(number, port, options));
  await writeFile(join(folder, 'contacts'), '');
  await writeFile(join(folder, 'config'), await configOf(folder, port, control, options));
  const program = start('baresip', ['-f', folder, ...(options.trace ? ['-s'] : [])], folder);
  const events: { type: string; param: string }[] = [];
  let socket: Socket | undefined;
  await program.ready('baresip to take commands', async () => {
    socket = await dial(control);
    return socket !== undefined;
  });
  readEvents(socket, (event) => events.push(event));
  return {
    pid: program.pid,
    port,
    tlsPort: port + 1,
    events,
    command(command, params = '') {
      const json = JSON.stringify({ command, params });
      socket?.write(`${Buffer.byteLength(json)}:${json},`);
    },
    async heard() {
      const name = (await readdir(folder)).find((file) => /^dump-.*-dec\.wav$/.test(file));
      if (!name) throw new Error(`baresip heard nothing: ${program.output()}`);
      return pcmOf(await readFile(join(folder, name)));
    },
    output: program.output,
    async stop() {
      socket?.destroy();
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function accountOf(number: string, port: number, { encryption, codecs }: BaresipOptions): string {
  return [
    `<sip:${number}@127.0.0.1:${port}>;regint=0;answermode=auto`,
    ...(encryption ? [`mediaenc=${encryption}`] : []),
    ...(codecs ? [`audio_codecs=${codecs.map((codec) => CODECS[codec]).join(',')}`] : []),
  ].join(';');
}

async function configOf(folder: string, port: number, control: number, options: BaresipOptions): Promise<string> {
  const rate = options.rate ?? 8_000;
  const { tls } = options;
  if (tls) await writeFile(join(folder, 'own.pem'), await Promise.all([tls.own.key, tls.own.certificate].map(text)));
  return [
    `sip_listen 127.0.0.1:${port}`,
    ...(tls ? [`sip_certificate ${join(folder, 'own.pem')}`, `sip_cafile ${tls.authority}`] : []),
    `call_max_calls ${options.calls ?? 4}`,
    `audio_source aufile,${join(folder, 'says.wav')}`,
    'audio_player aubridge,ear',
    'audio_alert aubridge,alert',
    `ausrc_srate ${rate}`,
    `auplay_srate ${rate}`,
    'ausrc_channels 1',
    'auplay_channels 1',
    'audio_buffer 20-160',
    'net_interface 127.0.0.1',
    `snd_path ${folder}`,
    `ctrl_tcp_listen 127.0.0.1:${control}`,
    'module_path /usr/lib/baresip/modules',
    'module g711.so',
    ...(options.codecs?.includes('G722') ? ['module g722.so'] : []),
    ...(options.codecs?.includes('opus') ? ['module opus.so'] : []),
    ...(options.encryption ? ['module srtp.so'] : []),
    'module aufile.so',
    'module aubridge.so',
    ...(options.keeps === false ? [] : ['module sndfile.so']),
    'module_tmp account.so',
    'module_app menu.so',
    'module_app ctrl_tcp.so',
    '',
  ].join('\n');
}

const text = (file: string) => readFile(file, 'utf8');

function dial(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

/** Events come as netstrings of JSON. */
function readEvents(socket: Socket | undefined, tell: (event: { type: string; param: string }) => void): void {
  let text = '';
  socket?.on('error', () => socket.destroy());
  socket?.on('data', (chunk) => {
    text += chunk.toString();
    for (let head = /^(\d+):/.exec(text); head?.[1]; head = /^(\d+):/.exec(text)) {
      const end = head[0].length + Number(head[1]);
      if (text.length <= end) return;
      const message: unknown = JSON.parse(text.slice(head[0].length, end));
      text = text.slice(end + 1);
      if (typeof message !== 'object' || message === null || !('type' in message)) continue;
      tell({ type: String(message.type), param: 'param' in message ? String(message.param) : '' });
    }
  });
}
