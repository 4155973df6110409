import { networkInterfaces } from 'node:os';
import { concat, defer, of, Subject } from 'rxjs';
import { Core, type Session, UserAgent } from 'sip.js';
import type { MediaSessions, RegistrationState, Telephony, TelephonyEvent } from '../port.ts';
import { Call } from './call.ts';
import type { AccountConfig, Log } from './config.ts';
import type { Description } from './description.ts';
import { Credentials } from './digest.ts';
import { type BackOff, Registration } from './registration.ts';
import { TIMING, type Timing } from './retransmission.ts';
import { hostOf, type Resolve, resolver } from './route.ts';
import { sipjsLog } from './sipjs-log.ts';
import { transportOver } from './transport.ts';
import { addressTowards } from './udp.ts';
import { answerUnsolicited } from './unsolicited.ts';
import { Wire } from './wire.ts';

/** Times that a test may shorten. */
export interface Pace {
  readonly timing: Timing;
  readonly backOff: BackOff;
  /** How long `close` waits for the far ends' answers, ms, and then for the registrar's. */
  readonly farewell: number;
}

const PACE: Pace = { timing: TIMING, backOff: { first: 2_000, longest: 120_000 }, farewell: 1_000 };

/**
 * Opens a SIP account. Resolves when the local socket is bound; registration goes on in the background and is told by
 * events, of which the last about registration is told to each new subscriber.
 * @throws Error where the local port is taken or the address is not this machine's.
 */
export async function openAccount(
  config: AccountConfig,
  media: MediaSessions,
  log: Log,
  pace: Pace = PACE,
): Promise<Telephony> {
  const events = new Subject<TelephonyEvent>();
  const calls = new Map<string, Call>();
  const descriptions = new WeakMap<Session, Description>();
  let last: TelephonyEvent | null = null;
  const tellRegistration = (state: RegistrationState, detail: string) => {
    last = { type: 'registration', state, detail };
    events.next(last);
  };
  const malformed = (detail: string) => events.next({ type: 'malformed', detail });
  const callOf = (callId: string) => [...calls.values()].find((call) => call.sipCallId === callId);

  const resolve = resolver();
  const address = await localAddress(config, resolve, log);
  const wire = await Wire.open(
    {
      local: config.local,
      user: config.user,
      advertised: address,
      server: config.server,
      resolve,
      timing: pace.timing,
    },
    {
      knows: (callId) => callOf(callId) !== undefined,
      unsolicited: answerUnsolicited,
      provisional: (callId, status) => callOf(callId)?.provisional(status),
      deliver: (text) => userAgent.transport.onMessage?.(text),
      malformed,
    },
    log,
  );
  const userAgent = newUserAgent(config, address, wire, descriptions, sipjsLog(log, malformed));
  const { password } = config;
  const wanted = (callId: string) => callOf(callId)?.hungUp === false;
  userAgent.userAgentCore.configuration.authenticationFactory = () =>
    password === undefined ? undefined : new Credentials(userAgent.getLoggerFactory(), config.user, password, wanted);
  await userAgent.start();

  const registration = config.register
    ? new Registration({ userAgent, log, expires: config.expires, backOff: pace.backOff, tell: tellRegistration })
    : null;
  if (registration) registration.start();
  else tellRegistration('not-used', 'registration is off');

  const context = {
    userAgent,
    media,
    log,
    codecs: config.codecs,
    address,
    identity: userAgent.configuration.uri.toString(),
    descriptions,
    patience: 64 * pace.timing.t1,
    tell: (event: TelephonyEvent) => events.next(event),
  };
  let closing: Promise<void> | null = null;
  return {
    events: defer(() => (last ? concat(of(last), events) : events)),
    dial(call, number, options) {
      if (closing || calls.has(call)) return;
      const target = new Core.URI('sip', number, config.domain);
      const outgoing = new Call(call, target, options, { ...context, done: () => calls.delete(call) });
      calls.set(call, outgoing);
      outgoing.start().catch((error: unknown) => log.warn({ call, error: String(error) }, 'call failed to start'));
    },
    hangUp(call) {
      void calls.get(call)?.hangUp();
    },
    close() {
      closing ??= (async () => {
        await within(pace.farewell, Promise.all([...calls.values()].map((call) => call.hangUp())));
        await within(pace.farewell, registration?.close() ?? Promise.resolve());
        await userAgent.stop();
        await wire.close();
        events.complete();
      })();
      return closing;
    },
  };
}

function newUserAgent(
  config: AccountConfig,
  address: string,
  wire: Wire,
  descriptions: WeakMap<Session, Description>,
  logConnector: ReturnType<typeof sipjsLog>,
): UserAgent {
  const userAgent = new UserAgent({
    uri: new Core.URI('sip', config.user, config.domain),
    viaHost: hostOf(address),
    forceRport: true,
    contactName: config.user,
    contactParams: {},
    userAgentString: 'Tierphone',
    transportConstructor: transportOver((text) => wire.send(text)),
    sessionDescriptionHandlerFactory: (session) => {
      const description = descriptions.get(session);
      if (!description) throw new Error('a session that is no call of ours');
      return description;
    },
    gracefulShutdown: false,
    logBuiltinEnabled: false,
    logConfiguration: false,
    logLevel: 'debug',
    logConnector,
  });
  // SIP.js writes a Contact without a port.
  userAgent.contact.uri.port = wire.port;
  return userAgent;
}

/**
 * The address that the far end reaches us at: the configured one, or the one that routes to the server; where its name has
 * no address yet, as after a power cut that took the name server too, the first of the machine's own.
 */
async function localAddress(config: AccountConfig, resolve: Resolve, log: Log): Promise<string> {
  if (config.local.address !== '0.0.0.0' && config.local.address !== '::') return config.local.address;
  const { host, port } = config.server;
  try {
    return await addressTowards({ address: await resolve(host), port });
  } catch (error) {
    log.warn({ error: String(error) }, `no way to the SIP server ${host} yet; check the network and its name`);
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    return own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
  }
}

function within(ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const over = () => {
      clearTimeout(timer);
      resolve();
    };
    work.then(over, over);
  });
}
