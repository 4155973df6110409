import type { MediaSessions, RemoteMedia, TelephonyEvent } from '../../../../src/terminal/telephony/port.ts';
import { openAccount } from '../../../../src/terminal/telephony/sip/account.ts';
import type { AccountConfig, Log, TrunkConfig } from '../../../../src/terminal/telephony/sip/config.ts';
import type { openLink } from '../../../../src/terminal/telephony/sip/link/open-link.ts';
import type { Names } from '../../../../src/terminal/telephony/sip/names/names.ts';
import type { Pace } from '../../../../src/terminal/telephony/sip/pace.ts';

export { pause, until } from './waiting.ts';

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

/** What differs from a plain trunk, and from a plain account around it. */
export type TestConfig = Partial<AccountConfig> & Partial<TrunkConfig>;

/** A trunk to a server on a port of loopback. */
export function testTrunk(port: number, differs: Partial<TrunkConfig> = {}): TrunkConfig {
  return {
    name: 'first',
    domain: 'jail.example',
    server: { host: '127.0.0.1', port },
    transport: 'udp',
    user: 'terminal',
    password: 'a secret',
    register: false,
    expires: 300,
    priority: 0,
    weight: 1,
    keepAlive: 0,
    identity: { asserted: true },
    ...differs,
  };
}

/** A real account against a server on a port of loopback, or the trunks given, with everything it told. */
export async function openTestAccount(
  port: number,
  config: TestConfig = {},
  pace?: Partial<Pace>,
  names?: Names,
  open?: typeof openLink,
) {
  const media = new NotedMedia();
  const log = keptLog();
  const { trunks, local, tls, srtp, codecs, sessionExpires, ...trunk } = config;
  const full: AccountConfig = {
    trunks: trunks ?? [testTrunk(port, trunk)],
    local: local ?? { address: '127.0.0.1', port: 0 },
    tls: tls ?? {},
    srtp,
    codecs: codecs ?? ['PCMU', 'PCMA'],
    sessionExpires: sessionExpires ?? 0,
  };
  const account = await openAccount(full, media, log, pace, names, open);
  const events: TelephonyEvent[] = [];
  account.events.subscribe((event) => events.push(event));
  /** Of calls only, in short. */
  const told = () => events.flatMap((e) => (['registration', 'trunk', 'malformed'].includes(e.type) ? [] : [e.type]));
  return { account, media, log, events, told };
}
