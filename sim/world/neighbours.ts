import { join } from 'node:path';
import type { Logger } from 'pino';
import { readTerminalSetup } from '../../src/cli/setup.ts';
import type { Site } from '../../src/platform/facilities/site.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import type { Key } from '../../src/protocol/units.ts';
import { openSimulated } from '../../src/terminal/hardware/simulated.ts';
import { startTerminal } from '../../src/terminal/main.ts';
import { startCallee } from '../callee/callee.ts';
import { type Places, writeTerminalFile } from './folder.ts';
import { openHandset } from './handset.ts';
import { Neighbour } from './neighbour.ts';

/** The other phones of the site, and who uses each. */
export const NEIGHBOURS = [
  { unit: 'A', terminal: 'A-1', caller: 'c-owen' },
  { unit: 'A', terminal: 'A-2', caller: 'c-rosa' },
  { unit: 'B', terminal: 'B-2', caller: 'c-ben' },
] as const;

type Around = Pick<Places, 'folder' | 'brokerPort' | 'passwords' | 'root'>;

/** Starts the other phones of the site: whole terminals, with people who call home by themselves. Gives what closes them. */
export async function openNeighbours(around: Around, site: Site, log: Logger): Promise<() => Promise<void>> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    for (const neighbour of NEIGHBOURS) await open(neighbour, around, site, log, closers);
  } catch (error) {
    await close();
    throw error;
  }
  return close;
}

async function open(
  { unit, terminal: id, caller }: (typeof NEIGHBOURS)[number],
  { folder, ...around }: Around,
  site: Site,
  log: Logger,
  closers: (() => Promise<void> | void)[],
): Promise<void> {
  const person = site.callers.find((candidate) => candidate.id === caller);
  if (!person) throw new Error(`sim/site/site.yaml has no caller ${caller}`);
  const sip = { user: id, password: around.passwords.terminals };
  const callee = await startCallee({ ...sip, realm: 'pine-river.test', habit: 'accept' });
  closers.push(callee.close);
  const file = join(folder, `terminal-${id}.yaml`);
  const exchange = { ...sip, address: callee.address, port: callee.port };
  const board = join(packageRoot(), 'board/simulated.json');
  writeTerminalFile(file, { ...around, sip: exchange, board, call: {} }, { unit, terminal: id, data: id });
  const [hardware, handset] = [openSimulated(), openHandset()];
  closers.push(handset.close);
  const terminal = await startTerminal(await readTerminalSetup(file), log.child({ part: id }), {
    hardware,
    device: { kind: 'port', port: handset.port },
  });
  closers.push(terminal.close);
  const numbers = person.numbers.map(({ number }) => number.replace(/^\+1/, ''));
  const press = (keys: string) => keys.split('').map((key) => () => hardware.press(key as Key));
  const hand = { lift: () => hardware.lift(), hangUp: () => hardware.hangUp(), keys: press };
  const living = new Neighbour(hand, terminal.steps, { pin: person.pin, numbers, language: person.language ?? 'en' });
  closers.push(() => living.close());
}
