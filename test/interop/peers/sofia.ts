import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../../compile.ts';
import { type Ear, openEar } from './ear.ts';
import { freePort, start } from './program.ts';

/** What Sofia-SIP does when told: `update` says nothing new, as a refresh of the session does. */
export type SofiaCommand =
  | 'progress'
  | 'ring'
  | 'answer'
  | 'hold'
  | 'resume'
  | 'update'
  | 'update-hold'
  | 'update-resume'
  | 'bye';

/** A called party on Sofia-SIP (Debian libsofia-sip-ua-dev): PRACK, session timers and UPDATE as that library has them. */
export interface Sofia {
  /** Where it takes SIP over UDP and TCP. */
  readonly port: number;
  /** Where its SDP has sound sent. */
  readonly ear: Ear;
  command(command: SofiaCommand): void;
  /** Events of nua so far, as `i_prack 200` or `i_state ready`. */
  events(): string[];
  /** All it has written: events, and each SIP message that it got or sent. */
  output(): string;
  stop(): Promise<void>;
}

/** Builds and starts it; it refreshes its sessions itself where `sessionTimer` (seconds) is not 0. */
export async function startSofia(sessionTimer = 0): Promise<Sofia> {
  const folder = await mkdtemp(join(tmpdir(), 'sofia-'));
  const built = compile(
    'test/interop/peers/sofia.c',
    ['-I/usr/include/sofia-sip-1.12', '-lsofia-sip-ua'],
    ['libsofia-sip-ua-dev'],
  );
  const port = await freePort('udp');
  const ear = await openEar();
  const program = start(built.program, [port, ear.port, sessionTimer].map(String), folder, { TPORT_LOG: '1' });
  await program.ready('Sofia-SIP', () => program.output().includes('ready\n'));
  return {
    port,
    ear,
    command: program.say,
    events: () => program.output().match(/^[ir]_.*$/gm) ?? [],
    output: program.output,
    async stop() {
      ear.close();
      await program.stop();
      built.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
