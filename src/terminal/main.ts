import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import {
  combineLatest,
  concatMap,
  distinctUntilChanged,
  filter,
  map,
  merge,
  type Observable,
  observeOn,
  queueScheduler,
  ReplaySubject,
  Subject,
  Subscription,
  scan,
} from 'rxjs';
import type { OrderKeys, SealingPublicKey } from '../protocol/keys.ts';
import type { Hotline } from '../protocol/messages.ts';
import { packageRoot, packageVersion } from '../protocol/package-root.ts';
import type { CallId } from '../protocol/units.ts';
import { alsaDevice } from './audio/device/alsa.ts';
import type { DeviceOptions } from './audio/device/options.ts';
import { type HandsetSound, plainHandset } from './audio/handset-sound.ts';
import { openBench } from './bench/bench.ts';
import { hostsOf } from './bench/hosts.ts';
import type { BoardFile } from './board/file.ts';
import type { Action } from './call/action.ts';
import type { CoreEvent, Event } from './call/event.ts';
import { patient } from './call/patience.ts';
import { recover } from './call/recover.ts';
import { initial, type State, step } from './call/step.ts';
import { view } from './call/view.ts';
import { type Clock, openClock } from './clock.ts';
import type { TerminalConfig } from './config.ts';
import type { Drivers } from './drivers.ts';
import { type Aside, coreEvents } from './events.ts';
import { openFleet } from './fleet/link.ts';
import { openHardware } from './hardware/open.ts';
import type { Hardware } from './hardware/port.ts';
import { lamps } from './lamps.ts';
import { logStep } from './log.ts';
import { run } from './run.ts';
import { openJournal } from './storage/journal.ts';
import { startMedia } from './telephony/media/start.ts';
import { openAccount } from './telephony/sip/account.ts';
import { openTimers } from './timers.ts';
import { serve } from './watchdog/service.ts';

/** A terminal's configuration with everything it names read and checked. */
export interface TerminalSetup {
  readonly config: TerminalConfig;
  readonly board: BoardFile;
  readonly orderKeys: OrderKeys;
  readonly platformKey: SealingPublicKey;
  readonly hotlines: readonly Hotline[];
}

/** What a simulator puts in place of the board's own parts. */
export interface Parts {
  readonly hardware?: Hardware;
  readonly device?: DeviceOptions;
}

/** One thing that happened to a terminal, and what came of it. */
export interface TerminalStep {
  readonly event: Event;
  readonly actions: readonly Action[];
  readonly state: State;
}

/** A running terminal. */
export interface Terminal {
  /** The last event with its outcome at subscription, then each as it happens. */
  readonly steps: Observable<TerminalStep>;
  /** Resolves when only a new process can go on: the thread of sound is dead, or staff order a restart. */
  readonly failed: Promise<Error>;
  close(): Promise<void>;
}

/**
 * Starts a terminal: opens every driver, makes the records of lifts that a power cut left without one, then lets
 * one stream of events go through the core and does what it asks, in order.
 * @throws Error with one line that names what cannot be used: the data folder, the SIP address, …
 */
export async function startTerminal(setup: TerminalSetup, log: Logger, parts: Parts = {}): Promise<Terminal> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  const opened = <T extends { close(): Promise<void> }>(part: T): T => {
    closers.push(() => part.close());
    return part;
  };
  try {
    const all = await open(setup, log, parts, opened);
    const { steps, stop } = connect(all, setup, log);
    closers.push(stop);
    opened(serve(vitals(all.drivers), log));
    const { media, bench } = all.drivers;
    return { steps, failed: Promise.race([media.died, bench.restart]), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Opened = <T extends { close(): Promise<void> }>(part: T) => T;

interface Open {
  readonly drivers: Drivers;
  readonly clock: Clock;
  readonly recovered: number;
}

/** Opens every driver, what must be there first first. */
async function open(setup: TerminalSetup, log: Logger, parts: Parts, opened: Opened): Promise<Open> {
  const { config, board } = setup;
  const { facility, unit, terminal } = config;
  const clock = openClock();
  const journal = opened(await openJournal(config.data, log));
  const lost = recover(journal.found, { facility, unit, terminal }, clock.now());
  for (const record of lost) await journal.append({ type: 'record', record });
  const site = config.recordings === undefined ? {} : { site: config.recordings };
  const handset = handsetOf(board);
  const media = opened(
    await startMedia({
      device: parts.device ?? deviceOf(board),
      handset,
      recordings: { builtIn: join(packageRoot(), 'src/terminal/audio/prompts'), ...site },
      mediaTimeout: config.sip.mediaTimeout,
    }),
  );
  media.setLevels('caller', config.levels.caller);
  media.setLevels('callee', config.levels.callee);
  const telephony = opened(await openAccount(sipFor(config.sip, handset), media, log));
  const fleet = opened(
    await openFleet({
      facility,
      unit,
      terminal,
      mqtt: config.mqtt,
      keys: { orders: setup.orderKeys, platform: setup.platformKey },
      journal,
      folder: config.data,
      replyTimeout: config.call.reply,
      now: clock.now,
      log,
    }),
  );
  const hardware = opened(parts.hardware ?? (await openHardware(board.hardware, log)));
  const bench = opened(
    await openBench({
      facility,
      unit,
      terminal,
      board,
      version: packageVersion(),
      folder: config.data,
      hosts: hostsOf(config),
      broker: config.mqtt.url,
      code: config.maintenance?.code,
      drivers: { hardware, media, telephony, fleet, journal },
      now: clock.now,
      log,
    }),
  );
  const timers = openTimers();
  return { drivers: { hardware, media, telephony, fleet, journal, timers, bench }, clock, recovered: lost.length };
}

function deviceOf({ audio }: BoardFile): DeviceOptions {
  switch (audio.kind) {
    case 'alsa':
      return alsaDevice(audio);
    case 'commands':
      return audio;
    case 'simulated':
    case 'none':
      return { kind: 'none' };
  }
}

const handsetOf = ({ audio }: BoardFile): HandsetSound => (audio.kind === 'none' ? plainHandset() : audio.handset);

/** The tones of a text telephone survive G.711 and no codec made for voices. */
function sipFor(sip: TerminalConfig['sip'], { profile }: HandsetSound): TerminalConfig['sip'] {
  if (profile !== 'tty') return sip;
  const codecs = sip.codecs.filter((codec) => codec === 'PCMU' || codec === 'PCMA');
  return { ...sip, codecs: codecs.length > 0 ? codecs : ['PCMU', 'PCMA'] };
}

/** Without each of these a terminal is none: what the service manager starts it anew for. */
const vitals = ({ media, hardware, fleet }: Drivers) => [
  { name: 'media thread', alive: () => media.alive() },
  { name: 'hook driver', alive: () => hardware.alive() },
  { name: 'MQTT link', alive: () => fleet.alive() },
];

/** Joins the drivers to the core: events in, actions out, status up. */
function connect({ drivers, clock, recovered }: Open, setup: TerminalSetup, log: Logger) {
  const { facility, unit, terminal, call } = setup.config;
  const rules = handsetOf(setup.board).profile === 'tty' ? patient(call) : call;
  const { bench, fleet, hardware, timers } = drivers;
  const version = packageVersion();
  const maintenance = setup.config.maintenance !== undefined;
  const counters: Record<string, number> = {};
  const count = (what: string, times = 1): number => {
    counters[what] = (counters[what] ?? 0) + times;
    return counters[what];
  };
  const own = new Subject<CoreEvent>();
  const aside: Aside = {
    badInput(edge, detail) {
      log.warn({ edge, count: count(edge) }, `bad input dropped: ${detail}`);
    },
    soundLost(part, times) {
      log.warn({ part, count: count(part === 'capture' ? 'overruns' : 'underruns', times) }, 'the card lost sound');
    },
    orderRefused(topic, reason) {
      log.warn({ topic }, `order refused: ${reason}`);
      fleet.tell({ type: 'order-refused', topic, reason });
    },
    fault(fault, state, detail) {
      log[state === 'raised' ? 'warn' : 'info']({ fault, state }, `${fault} ${state}: ${detail}`);
      fleet.tell({ type: 'fault', fault, state, detail });
    },
    note: (what, detail) => log.info({ detail }, what),
  };
  let storage: 'cleared' | 'raised' = 'cleared';
  const stored = (state: 'cleared' | 'raised', detail: string) => {
    if (state === storage) return;
    storage = state;
    aside.fault('storage', state, detail);
    own.next({ type: 'fault', fault: 'storage', state });
  };
  const perform = async (actions: readonly Action[]): Promise<void> => {
    for (const action of actions) {
      try {
        const written = run(action, drivers);
        if (!written) continue;
        await written;
        stored('cleared', 'the journal is written again');
      } catch (error) {
        // Nothing that was to follow is left undone: a hang-up behind a full disk must still hang up.
        log.error({ err: error, action: action.type }, 'action failed');
        if (action.type === 'journal') stored('raised', String(error));
      }
    }
  };
  const report = (state: State) => {
    const { hook, phase, call } = view(state);
    const { faults, lockdown, registration } = state;
    const counted = { ...counters };
    fleet.report({ unit, hook, phase, call, lockdown, registration, faults: [...faults], version, counters: counted });
  };

  const steps = new ReplaySubject<TerminalStep>(1);
  const subscription = new Subscription();
  subscription.add(steps.subscribe(({ event, ...outcome }) => logStep(log, event, outcome)));
  // The status follows the actions: one that says a call is over must not overtake its record.
  const performed = steps.pipe(concatMap(({ actions, state }) => perform(actions).then(() => state)));
  subscription.add(performed.subscribe(report));
  subscription.add(steps.pipe(filter(({ state }) => state.call.phase === 'idle')).subscribe(() => clock.settle()));
  subscription.add(
    steps.subscribe(({ state }) => {
      const { hook, phase } = view(state);
      const { bench: had, lockdown, registration, faults } = state;
      bench.see({ phase, hook, bench: had, lockdown, registration, faults, counters });
    }),
  );
  const shown = combineLatest([steps, bench.lamps]).pipe(
    map(([{ state }, test]) => test ?? lamps(state)),
    distinctUntilChanged((a, b) => a.line === b.line && a.fault === b.fault),
  );
  subscription.add(
    shown.subscribe(({ line, fault }) => {
      hardware.led('line', line);
      hardware.led('fault', fault);
    }),
  );
  subscription.add(
    merge(
      own,
      coreEvents(drivers, () => randomUUID() as CallId, aside),
    )
      .pipe(
        map((event): Event => ({ ...event, at: clock.now() })),
        observeOn(queueScheduler),
        scan<Event, TerminalStep, { state: State }>(({ state }, event) => ({ event, ...step(state, event) }), {
          // Of a board that nobody has heard yet it is not said that it is well.
          state: {
            ...initial({ facility, unit, terminal, rules, hotlines: setup.hotlines, maintenance }),
            faults: ['keypad'],
          },
        }),
      )
      .subscribe(steps),
  );
  fleet.tell({ type: 'started', version, recovered });
  log.info({ recovered }, `terminal ${terminal} is up, version ${version}`);
  return {
    steps: steps.asObservable(),
    stop: async () => {
      subscription.unsubscribe();
      timers.close();
    },
  };
}
