import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Finding, worstFirst } from '../../protocol/finding.ts';

/** Where Debian's Mosquitto has its accounts, by `deploy/`. */
const ACCOUNTS = '/var/lib/mosquitto/dynamic-security.json';
/** Descriptors of a broker that are not for phones: its files, the platform, staff. */
const OTHERS = 100;

const REMEDY =
  "raise LimitNOFILE of mosquitto.service, as deploy's systemd/mosquitto/tierphone.conf does, then systemctl daemon-reload and restart mosquitto";

/** What is wrong with the broker of this machine, for so many phones; null: as many as have accounts at it. */
export function doctorServer(phones: number | null): Finding[] {
  const wanted = phones ?? accounts();
  const brokers = running('mosquitto');
  if (brokers.length === 0) return [NO_BROKER];
  if (wanted === null) return [UNKNOWN];
  return worstFirst(brokers.flatMap((pid) => connectionFindings(pid, wanted)));
}

const NO_BROKER: Finding = {
  weight: 'note',
  what: 'no Mosquitto runs on this machine',
  why: 'phones reach the platform by it, and no other way',
  remedy: 'systemctl start mosquitto; where it is another machine, run the doctor there too',
};

const UNKNOWN: Finding = {
  weight: 'note',
  what: `how many phones there are is not known: ${ACCOUNTS} cannot be read`,
  why: 'so nobody can say whether the broker has room for them',
  remedy: 'run the doctor as root, or say how many with --phones',
};

/** Whether a broker may hold the connections that its phones make: one each, two where a phone comes back before its old one is given up. */
export function connectionFindings(pid: number, phones: number): Finding[] {
  const limit = openFiles(pid);
  if (limit === null || limit >= 2 * phones + OTHERS) return [];
  const what = `the broker (process ${pid}) may have ${limit} files and connections open; ${phones} phones want ${2 * phones + OTHERS}`;
  if (limit < phones + OTHERS)
    return [{ weight: 'stops-calls', what, why: 'phones beyond that are not let in', remedy: REMEDY }];
  const why = 'when all come back at once, as after a cut of the network, some are not let in at first';
  return [{ weight: 'soon', what, why, remedy: REMEDY }];
}

/** Processes of this name on this machine. */
function running(name: string): number[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.filter((pid) => read(`/proc/${pid}/comm`)?.trim() === name).map(Number);
}

/** Files a process may have open; null where that cannot be seen, as when it has just ended, or has no limit. */
function openFiles(pid: number): number | null {
  const [, soft] = /^Max open files +(\d+)/m.exec(read(`/proc/${pid}/limits`) ?? '') ?? [];
  return soft === undefined ? null : Number(soft);
}

const Accounts = z.object({ clients: z.array(z.object({ username: z.string() })) });

/** Phones that have accounts at the broker of this machine. */
function accounts(): number | null {
  try {
    const { clients } = Accounts.parse(JSON.parse(readFileSync(ACCOUNTS, 'utf8')));
    return clients.filter(({ username }) => username.startsWith('terminal/')).length;
  } catch {
    return null;
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
