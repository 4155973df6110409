import type { Logger } from 'pino';
import { ALIVE, Heartbeat, type Part } from './heartbeat.ts';
import { bindNotify, type Notify } from './notify.ts';

/** Beats in the time after which systemd gives up: one may be late, and one lost to a stall. */
const BEATS = 3;
/** A part has most of the time between two beats to answer, and never more than this, ms. */
const LIMIT = 5_000;

/** What a terminal tells the service manager that started it. */
export interface Service {
  /** Says that the terminal is stopping; it is not watched from here on. */
  close(): Promise<void>;
  /** The process goes on as something else, which is to say itself that it is alive, within the time of the watchdog from now. */
  handOver(): void;
}

/**
 * Says that the terminal is ready, and from then on feeds the watchdog while all of `parts` are alive. Where no service
 * manager waits for that (no NOTIFY_SOCKET) nothing is done; where it keeps no watchdog on this process, no beat is made.
 * `env` is what systemd set: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID (sd_watchdog_enabled(3)).
 */
export function serve(parts: readonly Part[], log: Logger, env: NodeJS.ProcessEnv = process.env): Service {
  const nobody = { close: async () => undefined, handOver: () => undefined };
  if (!env.NOTIFY_SOCKET) return nobody;
  const notify = bound(log);
  if (!notify) return nobody;
  notify({ READY: 1, STATUS: ALIVE });
  const micros = watchdog(env);
  const period = micros / 1_000 / BEATS;
  const heartbeat = micros > 0 && new Heartbeat({ parts, notify, period, limit: Math.min(LIMIT, period * 0.75), log });
  return {
    close: async () => {
      if (heartbeat) heartbeat.close();
      notify({ STOPPING: 1, STATUS: 'stopping' });
    },
    handOver: () => {
      if (!heartbeat) return;
      heartbeat.close();
      notify({ WATCHDOG: 1 });
    },
  };
}

/** Microseconds that the service manager allows this process between two signs of life; 0 for no limit. */
function watchdog({ WATCHDOG_USEC, WATCHDOG_PID }: NodeJS.ProcessEnv): number {
  if (WATCHDOG_PID !== undefined && WATCHDOG_PID !== String(process.pid)) return 0;
  const micros = Number(WATCHDOG_USEC ?? 0);
  return Number.isFinite(micros) && micros > 0 ? micros : 0;
}

function bound(log: Logger): Notify | null {
  try {
    return bindNotify();
  } catch (error) {
    log.error(
      { err: error },
      'systemd cannot be told that this runs: install libsystemd0, or write Type=simple in the unit',
    );
    return null;
  }
}
