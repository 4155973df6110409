import type { MediaSessions, RemoteMedia, TelephonyEvent } from '../../../../src/terminal/telephony/port.ts';
import { openAccount, type Pace } from '../../../../src/terminal/telephony/sip/account.ts';
import type { AccountConfig, Log } from '../../../../src/terminal/telephony/sip/config.ts';

/** Media that takes note and makes no sound. */
class NotedMedia implements MediaSessions {
  readonly connected: RemoteMedia[] = [];
  readonly open_ = new Set<string>();
  /** Set to make `open` fail. */
  fault: Error | null = null;

  async open(call: string): Promise<number> {
    if (this.fault) throw this.fault;
    this.open_.add(call);
    return 40_000;
  }

  connect(_call: string, remote: RemoteMedia): void {
    this.connected.push(remote);
  }

  release(call: string): void {
    this.open_.delete(call);
  }
}

/** A log that keeps its lines. */
export function keptLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const line = (fields: object, text: string) => lines.push(`${text} ${JSON.stringify(fields)}`);
  return { lines, debug: line, info: line, warn: line };
}

/** A real account against a server on a port of loopback, with everything it told. */
export async function openTestAccount(port: number, config: Partial<AccountConfig> = {}, pace?: Pace) {
  const media = new NotedMedia();
  const log = keptLog();
  const full: AccountConfig = {
    domain: 'jail.example',
    server: { host: '127.0.0.1', port },
    user: 'terminal',
    password: 'a secret',
    register: false,
    expires: 300,
    local: { address: '127.0.0.1', port: 0 },
    codecs: ['PCMU', 'PCMA'],
    ...config,
  };
  const account = await openAccount(full, media, log, pace);
  const events: TelephonyEvent[] = [];
  account.events.subscribe((event) => events.push(event));
  /** Of calls only, in short. */
  const told = () => events.flatMap((e) => (e.type === 'registration' || e.type === 'malformed' ? [] : [e.type]));
  return { account, media, log, events, told };
}

/** Waits until a condition holds; throws with `what` after `limit` ms. */
export async function until(what: string, holds: () => boolean, limit = 15_000): Promise<void> {
  const end = performance.now() + limit;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`gave up waiting: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
