import { createRequire } from 'node:module';

/** What a service manager is told, as sd_notify(3) names it. */
export interface Notice {
  readonly READY?: 1;
  readonly STOPPING?: 1;
  readonly WATCHDOG?: 1;
  /** One line for people: `systemctl status` shows it. */
  readonly STATUS?: string;
}

/** Tells the service manager. @throws Error where it cannot be told */
export type Notify = (notice: Notice) => void;

type SdNotify = (unset: number, state: string) => number;
interface Koffi {
  load(library: string): { func(definition: string): SdNotify };
}

/**
 * systemd's own sd_notify, called in this process: Node has no datagram sockets of the file system. A program started for
 * each beat costs 34 ms of CPU and holds up the event loop for as much; one that stays is one more thing that can die.
 * @throws Error where libsystemd or koffi is not there
 */
export function bindNotify(): Notify {
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;
  const notify = koffi.load('libsystemd.so.0').func('int sd_notify(int unset, const char *state)');
  return (notice) => {
    const state = Object.entries(notice).map(([name, value]) => `${name}=${String(value).replaceAll(/\s+/g, ' ')}\n`);
    const sent = notify(0, state.join(''));
    if (sent <= 0) throw new Error(`sd_notify failed (${sent}): is NOTIFY_SOCKET there?`);
  };
}
