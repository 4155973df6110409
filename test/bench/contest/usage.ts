import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used. */
export interface Usage {
  /** Processor time of its threads, ms. */
  readonly cpu: number;
  /** Memory in use, MB. */
  readonly memory: number;
}

/**
 * Of the process `pid` and the threads it has now. The time is the scheduler's own account, in ns (proc(5), schedstat): that of
 * /proc/<pid>/stat is sampled at the kernel's tick, which who wakes every 20 ms is in step with.
 */
export function usageOf(pid: number): Usage {
  const threads = readdirSync(`/proc/${pid}/task`);
  const cpu = threads.reduce((sum, thread) => {
    const [spent] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    return sum + Number(spent) / 1e6;
  }, 0);
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { cpu, memory: Number(resident?.[1] ?? 0) / 1_024 };
}
