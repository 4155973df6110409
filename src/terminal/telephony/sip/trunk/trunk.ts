import { Core, type UserAgent } from 'sip.js';
import type { TrunkHealth } from '../../port.ts';
import type { Line } from '../call/line.ts';
import type { Peer, TrunkConfig } from '../config.ts';
import type { Link, StreamLink, StreamListener } from '../link/link.ts';
import type { OpenLink } from '../link/open-link.ts';
import { addressTowards } from '../link/udp.ts';
import { spokenUri } from '../wire/canonical.ts';
import type { Message } from '../wire/message.ts';
import { hostOf } from '../wire/route.ts';
import { sipjsLog } from '../wire/sipjs-log.ts';
import { Wire } from '../wire/wire.ts';
import { within } from '../within.ts';
import { instanceOf } from './identity.ts';
import { KeepAlive, keepAliveBy } from './keep-alive.ts';
import { configuredAddress, ownAddress } from './own-address.ts';
import { probe } from './probe.ts';
import { Reach } from './reach.ts';
import { Realm } from './realm.ts';
import { Registration } from './registration.ts';
import type { TrunkContext } from './trunk-context.ts';
import { lineOf } from './trunk-line.ts';
import { newUserAgent } from './user-agent.ts';

/** One way out: its socket or connection, its registration, and what is known of its health. */
export class Trunk {
  readonly #config: TrunkConfig;
  readonly #context: TrunkContext;
  readonly #link: Link;
  readonly #stream: StreamLink | null;
  readonly #wire: Wire;
  readonly #userAgent: UserAgent;
  readonly #registration: Registration | null;
  readonly #reach: Reach;
  readonly #keepAlive: KeepAlive;
  /** The kept connection is there; always, where there is none. */
  #connected: boolean;
  /** A connection that is to hold this long. */
  #settle: NodeJS.Timeout | null = null;
  #address: string;
  #up: boolean | null = null;
  /** What was last told of it. */
  #detail = 'not tried yet';

  private constructor(config: TrunkConfig, context: TrunkContext, { link, stream }: OpenLink) {
    const { pace, log, calls } = context;
    const realm = new Realm(config.realm, log);
    this.#config = config;
    this.#context = context;
    this.#link = link;
    this.#stream = stream;
    this.#connected = stream === null;
    this.#address = configuredAddress(context.account) ?? ownAddress();
    this.#wire = new Wire(
      {
        link,
        user: config.user,
        self: () => this.#self(),
        server: () => this.#server(),
        targets: () => this.#reach.targets,
        answers: (challenge, { request, to }) =>
          realm.answers(challenge, {
            request: { ...request, uri: spokenUri(request.uri) },
            inside: request.toTag !== null,
            toTrunk: this.#reach.targets.some(({ address, port }) => address === to.address && port === to.port),
          }),
        resolve: context.resolve,
        timing: pace.timing,
      },
      {
        ...calls,
        answered: (response) => {
          this.#heard(response);
          return calls.answered(response);
        },
        deliver: (text) => this.#userAgent.transport.onMessage?.(text),
      },
      log,
    );
    this.#userAgent = newUserAgent(config, {
      send: (text) => this.#wire.send(text),
      description: context.description,
      logConnector: sipjsLog(log, calls.malformed),
      wanted: context.wanted,
    });
    this.#reach = new Reach({
      locate: context.locate,
      backOff: pace.backOff,
      attempt: (target, moved) => this.#attempt(target, moved),
      tell: (_reached, detail) => this.#changed(detail),
    });
    this.#registration = config.register ? this.#newRegistration() : null;
    this.#keepAlive = new KeepAlive({
      every: config.keepAlive * 1_000,
      by: keepAliveBy(config),
      answered: stream !== null,
      patience: pace.pong,
      ping: () => this.#ping(),
      probe: () => probe(this.#userAgent, pace.probe),
      silent: (detail) => this.#broken(detail),
    });
  }

  /**
   * Opens a trunk; `start` is to follow.
   * @throws Error where the local port is taken, the address is not this machine's, or a file of TLS cannot be used.
   */
  static async open(config: TrunkConfig, context: TrunkContext): Promise<Trunk> {
    let opened: Trunk | null = null;
    const told = (tell: (trunk: Trunk) => void) => {
      if (opened) tell(opened);
    };
    const heard: StreamListener = {
      message: (text, from) => told((trunk) => trunk.#wire.receive(text, from)),
      fault: (error) => context.log.warn({ trunk: config.name, error: error.message }, 'SIP socket fault'),
      opened: () => told((trunk) => trunk.#opened()),
      broken: (detail) => told((trunk) => trunk.#lost(detail)),
      pong: () => told((trunk) => trunk.#keepAlive.pong()),
      malformed: context.calls.malformed,
    };
    const open = { port: context.port, patience: context.pace.connect };
    opened = new Trunk(config, context, await context.openLink(config, context.account, open, heard));
    await opened.#userAgent.start();
    return opened;
  }

  /** Finds its targets and goes to the first; resolves when that is under way, or will be tried later. */
  start(): Promise<void> {
    return this.#reach.start();
  }

  /** Whether calls can go out by it, as far as is known. */
  get up(): boolean {
    return this.#up === true;
  }

  /** Asks it whether it is alive, and tells what is known of it. */
  async health(): Promise<TrunkHealth> {
    const asked = performance.now();
    const silent =
      this.#reach.target === null ? this.#reach.why : await probe(this.#userAgent, this.#context.pace.probe);
    const detail = this.up || silent === null ? this.#detail : `${this.#detail}; ${silent}`;
    return {
      trunk: this.#config.name,
      up: this.up,
      detail,
      answer: silent === null ? performance.now() - asked : null,
    };
  }

  get priority(): number {
    return this.#config.priority;
  }

  get weight(): number {
    return this.#config.weight;
  }

  /** One line for each target that a call may try: each is in use once the one before has failed. */
  lines(): readonly Line[] {
    const line = { trunk: this.#config, userAgent: this.#userAgent, address: this.#address, reach: this.#reach };
    return Array.from({ length: this.#reach.choices }, () => lineOf(line));
  }

  /** Takes the binding away and closes; calls are to be over. */
  async close(): Promise<void> {
    this.#keepAlive.stop();
    if (this.#settle) clearTimeout(this.#settle);
    this.#reach.close();
    await within(this.#context.pace.farewell, this.#registration?.close() ?? Promise.resolve());
    await this.#userAgent.stop();
    await this.#wire.close();
  }

  #newRegistration(): Registration {
    const { pace, log } = this.#context;
    const { user, expires, transport } = this.#config;
    return new Registration({
      userAgent: this.#userAgent,
      log,
      expires,
      instance: instanceOf(this.#config),
      backOff: pace.backOff,
      contact: () => {
        const { address, port } = this.#self();
        const params = transport === 'udp' ? {} : { transport };
        return new Core.URI('sip', user, hostOf(address), port, params);
      },
      tell: (registered, detail) => {
        if (registered) this.#reach.up(detail);
        this.#changed(detail);
      },
      elsewhere: (detail) => this.#reach.failed(detail),
    });
  }

  async #attempt(target: Peer, moved: boolean): Promise<void> {
    if (this.#stream) {
      if (moved || !this.#connected) {
        this.#connected = false;
        this.#keepAlive.stop();
        if (this.#settle) clearTimeout(this.#settle);
        this.#stream.open(target);
      } else await this.#probe(target);
      return;
    }
    if (!moved) return this.#probe(target);
    this.#wire.know(target);
    if (configuredAddress(this.#context.account) === undefined) await this.#face(target);
    this.#keepAlive.start();
    if (this.#registration) this.#registration.start();
    else if (this.#up === null) this.#reach.up('taken as alive until it proves dead');
    else await this.#probe(target);
  }

  async #probe(target: Peer): Promise<void> {
    const detail = await probe(this.#userAgent, this.#context.pace.probe);
    if (target !== this.#reach.target) return;
    if (detail === null) this.#reach.up('answers again');
    else this.#broken(detail);
  }

  /** Our address as the target sees it. */
  async #face(target: Peer): Promise<void> {
    try {
      this.#address = await addressTowards(target);
    } catch (error) {
      this.#context.log.debug({ trunk: this.#config.name, error: String(error) }, 'no route to a SIP server yet');
    }
  }

  #opened(): void {
    const { protocol, local } = this.#link;
    this.#connected = true;
    if (configuredAddress(this.#context.account) === undefined) this.#address = local.address;
    this.#keepAlive.start();
    if (this.#registration) this.#registration.start();
    else this.#settle = setTimeout(() => this.#reach.up(`connected over ${protocol}`), this.#context.pace.settle);
  }

  #lost(detail: string): void {
    this.#connected = false;
    if (this.#settle) clearTimeout(this.#settle);
    this.#keepAlive.stop();
    this.#registration?.lost(detail);
    this.#reach.failed(detail);
  }

  /** No sign of life. */
  #broken(detail: string): void {
    if (this.#stream && this.#connected) this.#stream.drop(detail);
    else this.#reach.failed(detail);
  }

  #ping(): void {
    const { target } = this.#reach;
    if (!target) return;
    this.#link.send('\r\n\r\n', target).catch((error: unknown) => {
      this.#context.log.debug({ trunk: this.#config.name, error: String(error) }, 'keep-alive could not be sent');
    });
  }

  /** A trunk that does what we want of it is alive, though it may leave our OPTIONS unanswered. */
  #heard({ status }: Message): void {
    if (status !== null && status > 100 && status < 500 && status !== 408) this.#reach.up('takes calls');
  }

  #server(): Peer {
    const { target, why } = this.#reach;
    if (!target) throw new Error(`trunk ${this.#config.name} has no address: ${why}`);
    return target;
  }

  #self(): Peer {
    return { address: this.#address, port: this.#link.local.port };
  }

  #changed(detail: string): void {
    this.#detail = detail;
    const up = this.#reach.reached && (this.#registration?.registered ?? true);
    if (this.#up === up) return;
    this.#up = up;
    this.#context.tell(up, detail);
  }
}
