import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { bundle } from '../../deploy/package/bundle.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { compile } from '../compile.ts';
import { type Outside, openOutside } from '../process/outside.ts';
import { Wall } from './gpio/wall.ts';
import { type Image, makeImage } from './machine/image.ts';
import { GUEST, HOST, LOOPBACK, Machine, type MachineOptions } from './machine/machine.ts';

const BROKER = 1_883;
const SIP = 5_060;
const TRIALS = ['gpio', 'audio', 'input'];

/** A phone in a machine of QEMU, and all that is outside of it on this host. */
export interface Bench {
  readonly folder: string;
  readonly outside: Outside;
  readonly image: Image;
  /** Switches a machine on, with a disk as the image has it unless told otherwise. */
  start(options?: Omit<Partial<MachineOptions>, 'image' | 'folder'>): Machine;
  close(): Promise<void>;
}

export interface BenchOptions {
  /** The terminal's rules, as written in its file. */
  readonly call?: Record<string, unknown>;
  /** Changes of the board file of the machine, board/qemu.json. */
  readonly board?: Record<string, unknown>;
  /** Where a phone that is nobody's yet finds its platform: its file says that and its hardware, and no more. */
  readonly box?: { readonly url: string; readonly fingerprint: string };
  /** A folder laid over the disk last. */
  readonly overlay?: string;
}

/** What runs in the machine to try the phone there: the wall, and our trials beside the package's own code. */
async function layPrograms(laid: string): Promise<void> {
  const bin = join(laid, 'usr/local/bin');
  mkdirSync(bin, { recursive: true });
  const wall = compile('test/hil/guest/wall.c', ['-static'], ['libc6-dev']);
  cpSync(wall.program, join(bin, 'wall'));
  wall.close();
  const programs = Object.fromEntries(TRIALS.map((name) => [`${name}-trial`, `test/hil/${name}-trial.js`]));
  await bundle({ root: packageRoot(), out: join(laid, 'opt/tierphone/trial'), programs });
}

/** Starts the wall in a machine: what plays the phone on the kernel's lines. */
export const openWall = async (machine: Machine): Promise<Wall> => {
  const socket = await machine.open('exec /usr/local/bin/wall');
  return Wall.over(socket, socket);
};

/**
 * Makes a disk with the real package on it, configured to find its broker, platform and called party on this host.
 * Wants a network of its own: network.sh.
 */
export async function openBench({ call = {}, board = {}, box, overlay }: BenchOptions = {}): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-hil-'));
  const outside = await openOutside({
    folder: join(folder, 'outside'),
    board: 'board.json',
    call,
    at: { address: HOST, sip: SIP, broker: BROKER },
  });
  const laid = join(folder, 'overlay');
  const etc = join(laid, 'etc/tierphone');
  mkdirSync(etc, { recursive: true });
  const written = JSON.parse(readFileSync(join(packageRoot(), 'board/qemu.json'), 'utf8'));
  writeFileSync(join(etc, 'board.json'), JSON.stringify({ ...written, $schema: undefined, ...board }));
  const serial = { ...written, $schema: undefined, hardware: { kind: 'serial', path: '/dev/ttyS1' } };
  writeFileSync(join(etc, 'serial.json'), JSON.stringify(serial));
  cpSync(join(folder, 'outside/keys'), join(etc, 'keys'), { recursive: true });
  cpSync(join(folder, 'outside/hotlines.jws'), join(etc, 'hotlines.jws'));
  cpSync(join(packageRoot(), 'sim/site/recordings'), join(etc, 'recordings'), { recursive: true });
  const config = parse(readFileSync(outside.files.terminal, 'utf8'));
  const hardware = {
    data: '/var/lib/tierphone',
    board: 'board.json',
    recordings: 'recordings',
    sip: {
      ...config.sip,
      local: { address: GUEST, port: SIP },
      trunks: config.sip.trunks.map((trunk: object) => ({ ...trunk, insecure: true })),
    },
  };
  const mqtt = { ...config.mqtt, url: `mqtt://${LOOPBACK}:${BROKER}`, insecure: true };
  const inside = box ? { ...hardware, platform: box } : { ...config, ...hardware, mqtt };
  writeFileSync(join(etc, 'terminal.yaml'), stringify(inside));
  await layPrograms(laid);
  const image = makeImage(folder, overlay === undefined ? [laid] : [laid, overlay]);
  const machines: Machine[] = [];
  return {
    folder,
    outside,
    image,
    start(options = {}) {
      const machine = new Machine({ image, folder, ...options });
      machines.push(machine);
      return machine;
    },
    async close() {
      await Promise.all(machines.map((machine) => machine.kill()));
      await outside.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
