import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Finding, worstFirst } from '../../protocol/finding.ts';
import { hostsOf } from '../../terminal/bench/hosts.ts';
import { measureClock } from '../../terminal/bench/measure/clock.ts';
import { freeSpace } from '../../terminal/bench/measure/disk.ts';
import { measureNetwork } from '../../terminal/bench/measure/network.ts';
import type { Measured } from '../../terminal/bench/measure/result.ts';
import { checkBoard } from '../../terminal/board/check/check.ts';
import { clearTextIn } from '../../terminal/clear.ts';
import { TerminalConfig } from '../../terminal/config.ts';
import type { TerminalSetup } from '../../terminal/setup.ts';
import { NotRunning, openBenchLine } from '../bench/line.ts';
import { beside, FileError, readText, readYaml } from '../file.ts';
import { remarksOf } from '../remarks.ts';
import { readTerminalSetup } from '../setup.ts';
import { faulty, remarkFindings } from './configuration.ts';
import { boardFindings, folderFindings } from './parts.ts';
import { brokerFindings, trunkFindings } from './reach.ts';
import { serviceFindings } from './service.ts';

const MB = 1_000_000;

/** What is wrong with the terminal of this machine: as it says itself, or where none runs as far as can be seen from outside. */
export async function doctorHere(config: string): Promise<{ running: boolean; findings: Finding[] }> {
  const setup = await readTerminalSetup(config).catch((error: unknown) => {
    if (error instanceof FileError) return error;
    throw error;
  });
  const ownWord = await askTerminal(config, setup).catch((error: unknown) => {
    if (error instanceof NotRunning) return null;
    throw error;
  });
  const files = fileFindings(config, setup);
  if (ownWord !== null) return { running: true, findings: worstFirst([...ownWord, ...files]) };
  const outside = setup instanceof FileError ? [] : await lookedAt(setup);
  return { running: false, findings: worstFirst([...(await serviceFindings()), ...files, ...outside]) };
}

/** What the terminal that runs says is wrong. @throws NotRunning */
async function askTerminal(config: string, setup: TerminalSetup | FileError): Promise<Finding[]> {
  const folder = setup instanceof FileError ? dataOf(config) : setup.config.data;
  if (folder === null) throw new NotRunning('its configuration cannot be read');
  const line = await openBenchLine(folder);
  try {
    line.say({ type: 'doctor' });
    for await (const told of line.told) if (told.type === 'diagnosis') return told.diagnosis.findings;
    throw new NotRunning('the terminal has gone away');
  } finally {
    line.close();
  }
}

/** The data folder, where at least the configuration's own file can be read. */
function dataOf(config: string): string | null {
  try {
    const path = resolve(config);
    return beside(path, readYaml(path, TerminalConfig).data);
  } catch {
    return null;
  }
}

function fileFindings(config: string, setup: TerminalSetup | FileError): Finding[] {
  if (setup instanceof FileError) return faulty(setup, 'terminal');
  const path = beside(resolve(config), readYaml(resolve(config), TerminalConfig).board);
  const ofBoard = checkBoard(readText(path)).faults.map(
    ({ level, line, what, why, remedy }): Finding => ({
      weight: level === 'error' ? 'stops-calls' : 'note',
      what: `${path}:${line}: ${what}`.slice(0, 300),
      why: why.slice(0, 300),
      remedy: remedy.slice(0, 300),
    }),
  );
  return [...ofBoard, ...remarkFindings(remarksOf(setup.config, clearTextIn(setup.config)))];
}

/** What can be seen of a terminal that does not run. */
async function lookedAt({ config, board }: TerminalSetup): Promise<Finding[]> {
  const [network, clock, broker, trunks, parts] = await Promise.all([
    measureNetwork(hostsOf(config)),
    measureClock(Date.now(), null),
    brokerFindings(config),
    trunkFindings(config),
    boardFindings(board),
  ]);
  return [
    ...measured(network, 'stops-calls', 'broker and trunks cannot be reached'),
    ...measured(clock, 'soon', 'requests to the platform expire, and records have the wrong time'),
    ...broker,
    ...trunks,
    ...parts,
    ...folderFindings(config.data),
    ...(await spaceFindings(config.data)),
  ];
}

function measured({ detail, remedy }: Measured, weight: Finding['weight'], why: string): Finding[] {
  return remedy === undefined ? [] : [{ weight, what: detail.slice(0, 300), why, remedy: remedy.slice(0, 300) }];
}

async function spaceFindings(folder: string): Promise<Finding[]> {
  const free = existsSync(folder) ? await freeSpace(folder) : null;
  if (free === null || free > 50 * MB) return [];
  return [
    {
      weight: 'stops-calls',
      what: `${Math.round(free / MB)} MB are free for the data folder`,
      why: 'no record of a call can be kept on a full disk',
      remedy: 'make room: journalctl --vacuum-size=50M, apt-get clean',
    },
  ];
}
