import { isIPv6 } from 'node:net';
import { concat, defer, of, Subject } from 'rxjs';
import type { Session } from 'sip.js';
import type { MediaSessions, RegistrationState, Telephony, TelephonyEvent } from '../port.ts';
import { Call } from './call/call.ts';
import { Dialogs } from './call/dialogs.ts';
import type { AccountConfig, Log } from './config.ts';
import { openLink } from './link/open-link.ts';
import { readTls } from './link/tls.ts';
import { cachedNames } from './names/cached-names.ts';
import { locate } from './names/locate.ts';
import { type Family, type Names, systemNames } from './names/names.ts';
import { PACE, type Pace } from './pace.ts';
import { inOrder } from './trunk/order.ts';
import { Trunk } from './trunk/trunk.ts';
import type { Message } from './wire/message.ts';
import { resolver } from './wire/route.ts';
import { answerUnsolicited } from './wire/unsolicited.ts';
import { within } from './within.ts';

/** The log of a call of which none tells. */
const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/**
 * Opens the trunks of a terminal. Resolves when their sockets are bound and each is on its way; registration goes on in
 * the background and is told by events, of which the last about registration is told to each new subscriber. `names` and `links`
 * are the network: a test may put its own in their place.
 * @throws Error where the local port is taken, the address is not this machine's, or a file of TLS cannot be used.
 */
export async function openAccount(
  config: AccountConfig,
  media: MediaSessions,
  log: Log,
  paces: Partial<Pace> = {},
  names: Names = systemNames(),
  links: typeof openLink = openLink,
): Promise<Telephony> {
  const pace = { ...PACE, ...paces };
  const events = new Subject<TelephonyEvent>();
  const calls = new Map<string, Call>();
  const dialogs = new Dialogs();
  const trunks: Trunk[] = [];
  let last: Extract<TelephonyEvent, { type: 'registration' }> | null = null;
  const trunkChanged = (trunk: string, up: boolean, detail: string) => {
    events.next({ type: 'trunk', trunk, state: up ? 'up' : 'down', detail });
    const state = registrationOf(config, trunks);
    if (state === last?.state) return;
    last = { type: 'registration', state, detail };
    events.next(last);
  };

  readTls(config.tls);
  const known = cachedNames(names);
  const family: Family = isIPv6(config.local.address) ? 6 : 4;
  const shared = {
    account: config,
    pace,
    log,
    resolve: resolver(known, family),
    openLink: links,
    description: (session: Session) => dialogs.descriptionOf(session),
    calls: {
      knows: (callId: string) => dialogs.knows(callId),
      unsolicited: answerUnsolicited,
      asked: (request: Message) => dialogs.asked(request),
      dialog: (request: Message) => dialogs.dialog(request),
      answered: (response: Message) => dialogs.answered(response),
      delivered: (response: Message) => dialogs.delivered(response),
      answering: (response: Message) => dialogs.answering(response),
      malformed: (detail: string) => events.next({ type: 'malformed', detail }),
    },
    wanted: (callId: string) => dialogs.wants(callId),
  };
  let port = config.local.port;
  try {
    for (const trunk of config.trunks) {
      const own = {
        port,
        locate: () => locate(trunk, { names: known, family }),
        tell: (up: boolean, detail: string) => trunkChanged(trunk.name, up, detail),
      };
      trunks.push(await Trunk.open(trunk, { ...shared, ...own }));
      if (trunk.transport === 'udp' && port !== 0) port += 1;
    }
  } catch (error) {
    await Promise.all(trunks.map((trunk) => trunk.close()));
    throw error;
  }
  // No name server that is gone holds the phone up.
  await within(pace.connect, Promise.all(trunks.map((trunk) => trunk.start())));

  const context = {
    media,
    log,
    dialogs,
    addresses: async (host: string) => (await known.addresses(host, family)).map(({ address }) => address),
    codecs: config.codecs,
    srtp: config.srtp,
    sessionExpires: config.sessionExpires,
    pace: { t1: pace.timing.t1, noAnswer: pace.noAnswer, leastExpires: pace.leastExpires },
    lines: () => linesOf(trunks),
    tell: (event: TelephonyEvent) => events.next(event),
  };
  let closing: Promise<void> | null = null;
  return {
    events: defer(() => (last ? concat(of(last), events) : events)),
    dial(name, number, options) {
      if (closing || calls.has(name)) return;
      const about = { ...context, ...(options.hidden && { log: SILENT }) };
      const call = new Call(name, number, options, { ...about, done: () => calls.delete(name) });
      calls.set(name, call);
      call.start();
    },
    hangUp(name) {
      void calls.get(name)?.hangUp();
    },
    probe: () => Promise.all(trunks.map((trunk) => trunk.health())),
    close() {
      closing ??= (async () => {
        await within(pace.farewell, Promise.all([...calls.values()].map((call) => call.hangUp())));
        dialogs.close();
        await Promise.all(trunks.map((trunk) => trunk.close()));
        events.complete();
      })();
      return closing;
    },
  };
}

/** By priority and weight, those that are down last: they may be back sooner than we know. */
function linesOf(trunks: readonly Trunk[]) {
  const ordered = inOrder(trunks);
  return [...ordered.filter(({ up }) => up), ...ordered.filter(({ up }) => !up)].flatMap((trunk) => trunk.lines());
}

/** Over all trunks: whether a call can go out. */
function registrationOf({ trunks: configured }: AccountConfig, trunks: readonly Trunk[]): RegistrationState {
  const registers = configured.some(({ register }) => register);
  if (trunks.some(({ up }) => up)) return registers ? 'registered' : 'not-used';
  return 'unregistered';
}
