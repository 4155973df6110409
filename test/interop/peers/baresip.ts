import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, start, until } from './program.ts';
import { pcmOf, wavOf } from './wav.ts';

/** A baresip that takes every call at once. */
export interface Baresip {
  readonly port: number;
  /** Events it has told, as `CALL_ESTABLISHED`, with their parameter. */
  readonly events: readonly { readonly type: string; readonly param: string }[];
  /** One of its long commands, as `hangup` or `sndcode 5`. */
  command(name: string, params?: string): void;
  /** What it heard so far: 16-bit samples at 8 kHz. Whole only after the call. */
  heard(): Promise<Int16Array>;
  stop(): Promise<void>;
}

/**
 * Starts baresip on loopback to be called at `number`; it says `says` (16-bit samples at 8 kHz) once from the start of each call.
 * It listens on `at`, or on a free port.
 */
export async function startBaresip(number: string, says: Int16Array, at?: number): Promise<Baresip> {
  const folder = await mkdtemp(join(tmpdir(), 'baresip-'));
  const port = at ?? (await freePort('udp'));
  const control = await freePort('tcp');
  await writeFile(join(folder, 'says.wav'), wavOf(says));
  await writeFile(join(folder, 'accounts'), `<sip:${number}@127.0.0.1:${port}>;regint=0;answermode=auto\n`);
  await writeFile(join(folder, 'contacts'), '');
  await writeFile(join(folder, 'config'), configOf(folder, port, control));
  const program = start('baresip', ['-f', folder], folder);
  const events: { type: string; param: string }[] = [];
  let socket: Socket | undefined;
  try {
    await until('baresip to take commands', async () => {
      socket = await dial(control);
      return socket !== undefined;
    });
  } catch (error) {
    await program.stop();
    throw new Error(`${String(error)}: ${program.output()}`);
  }
  readEvents(socket, (event) => events.push(event));
  return {
    port,
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
    async stop() {
      socket?.destroy();
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configOf(folder: string, port: number, control: number): string {
  return [
    `sip_listen 127.0.0.1:${port}`,
    'call_max_calls 4',
    `audio_source aufile,${join(folder, 'says.wav')}`,
    'audio_player aubridge,ear',
    'audio_alert aubridge,alert',
    'ausrc_srate 8000',
    'auplay_srate 8000',
    'ausrc_channels 1',
    'auplay_channels 1',
    'audio_buffer 20-160',
    'net_interface 127.0.0.1',
    `snd_path ${folder}`,
    `ctrl_tcp_listen 127.0.0.1:${control}`,
    'module_path /usr/lib/baresip/modules',
    'module g711.so',
    'module aufile.so',
    'module aubridge.so',
    'module sndfile.so',
    'module_tmp account.so',
    'module_app menu.so',
    'module_app ctrl_tcp.so',
    '',
  ].join('\n');
}

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
