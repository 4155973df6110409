import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { freePort, isBound, type Program, start, until } from './program.ts';

/** A SIPp that answers on loopback. */
export interface Sipp {
  readonly port: number;
  /** Resolves with what it logged when all its calls are over; throws with its errors where one went another way than its scenario. */
  finished(): Promise<string>;
  stop(): Promise<void>;
}

/** What a SIPp is given beside its scenario. */
export interface SippPlace {
  /** Where it listens; a free port where not given. */
  readonly port?: number;
  /** Files that its scenario plays, by name. */
  readonly files?: Readonly<Record<string, Buffer>>;
}

/** Plays one of the scenarios under `test/interop/sipp/` for one call, with further options of SIPp where it wants them. */
export async function startSipp(
  scenario: string,
  options: readonly string[] = [],
  place: SippPlace = {},
): Promise<Sipp> {
  const folder = await mkdtemp(join(tmpdir(), 'sipp-'));
  for (const [name, content] of Object.entries(place.files ?? {})) await writeFile(join(folder, name), content);
  const port = place.port ?? (await freePort('udp'));
  const media = await freePort('udp');
  const file = join(packageRoot(), 'test/interop/sipp', `${scenario}.xml`);
  const program: Program = start(
    'sipp',
    [
      ...['-sf', file, '-i', '127.0.0.1', '-p', String(port), '-mi', '127.0.0.1', '-mp', String(media)],
      ...['-m', '1', '-rtp_echo', '-nostdin', '-timeout', '50s', '-timeout_error'],
      ...['-trace_msg', '-message_file', 'messages.log', '-trace_err', '-error_file', 'errors.log'],
      ...options,
    ],
    folder,
  );
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => '');
  await until('SIPp to listen', () => isBound(port));
  return {
    port,
    async finished() {
      const code = await program.exited;
      if (code !== 0)
        throw new Error(`SIPp ended with ${code}: ${await read('errors.log')}\n${await read('messages.log')}`);
      return read('messages.log');
    },
    async stop() {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
