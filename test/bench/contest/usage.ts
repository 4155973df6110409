import { readFileSync } from 'node:fs';

/** What a process has used. */
export interface Usage {
  /** Processor time since its start, ms. */
  readonly cpu: number;
  /** Memory in use, MB. */
  readonly memory: number;
}

/** Ticks a second of /proc/<pid>/stat (sysconf(_SC_CLK_TCK), 100 on every Linux). */
const TICKS = 100;

/** Of the process `pid` and all its threads (proc(5)). */
export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of a program may have anything in it, blanks and brackets too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return {
    cpu: ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS,
    memory: Number(resident?.[1] ?? 0) / 1_024,
  };
}
