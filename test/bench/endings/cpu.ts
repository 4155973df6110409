import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second for whoever asks (`getconf CLK_TCK`). */
const TICKS = 100;

/** Processor time that a process and its children, those that have ended too, have taken, s. */
export function cpuOf(pid: number): number {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const times = new Map(all.flatMap((name) => timesOf(Number(name))));
  const sum = (of: number): number => {
    const own = times.get(of);
    const children = [...times].filter(([, { parent }]) => parent === of);
    return (own?.seconds ?? 0) + children.reduce((seconds, [child]) => seconds + sum(child), 0);
  };
  return sum(pid);
}

function timesOf(pid: number): [number, { parent: number; seconds: number }][] {
  try {
    // Field 2, the name, may have blanks in it (proc(5)): what follows it is counted from its bracket.
    const [, rest = ''] = /\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const fields = rest.split(' ').map(Number);
    const ticks = fields.slice(11, 15).reduce((a, b) => a + b, 0);
    return [[pid, { parent: fields[1] ?? 0, seconds: ticks / TICKS }]];
  } catch {
    // It has just ended.
    return [];
  }
}
