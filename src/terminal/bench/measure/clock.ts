import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Measured } from './result.ts';

/** No terminal of this version ran before. */
const EARLIEST = Date.UTC(2026, 0, 1);
/** Requests are dropped as expired well before clocks differ by so much, ms. */
const APART = 5_000;

/** Whether the system keeps its clock by others'; null where nobody can say. */
async function synchronised(): Promise<boolean | null> {
  if (existsSync('/run/systemd/timesync/synchronized')) return true;
  const told = await new Promise<string>((resolve) => {
    execFile('timedatectl', ['show', '--property=NTPSynchronized', '--value'], { timeout: 3_000 }, (error, out) =>
      resolve(error ? '' : out.trim()),
    );
  });
  return told === 'yes' ? true : told === 'no' ? false : null;
}

/** The clock against the calendar, the time service and the platform. `ahead`: the platform's before ours, ms. */
export async function measureClock(now: number, ahead: number | null): Promise<Measured> {
  const remedy = 'check the time service (timedatectl) and that its server can be reached';
  const figures = ahead === null ? {} : { platformAheadMs: ahead };
  if (now < EARLIEST) return { detail: `the clock says ${new Date(now).toISOString()}`, remedy };
  if (ahead !== null && Math.abs(ahead) > APART) {
    return {
      detail: `${Math.abs(ahead) / 1_000} s ${ahead > 0 ? 'behind' : 'ahead of'} the platform`,
      remedy,
      figures,
    };
  }
  const kept = await synchronised();
  if (kept === false && ahead === null) return { detail: 'not synchronised', remedy, figures };
  const by = kept ? 'synchronised' : kept === null ? 'no time service to ask' : 'not synchronised';
  return { detail: `${by}${ahead === null ? '' : `, within ${Math.abs(ahead)} ms of the platform`}`, figures };
}
