import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Observable } from 'rxjs';
import { packageRoot, packageVersion } from '../protocol/package-root.ts';
import type { PhoneSettings } from '../protocol/phone-settings.ts';
import type { Part } from '../protocol/self-test.ts';
import type { HandsetSound } from './audio/handset-sound.ts';
import { openBench } from './bench/bench.ts';
import { hostsOf } from './bench/hosts.ts';
import { deviceOf, handsetOf } from './board-sound.ts';
import { patient } from './call/patience.ts';
import { recover } from './call/recover.ts';
import type { CallRules } from './call/settings.ts';
import { initial, type State } from './call/step.ts';
import { withSrtp } from './clear.ts';
import { type Clock, openClock } from './clock.ts';
import type { RunningConfig } from './config.ts';
import type { Drivers } from './drivers.ts';
import { centralRecordings } from './fleet/greetings.ts';
import { openFleet } from './fleet/link.ts';
import { openHardware } from './hardware/open.ts';
import { startLoop, type TerminalStep } from './loop/loop.ts';
import type { Parts, TerminalSetup } from './setup.ts';
import { openJournal } from './storage/journal.ts';
import { openKey } from './storage/key.ts';
import { encodeName } from './telephony/media/spoken-name.ts';
import { startMedia } from './telephony/media/start.ts';
import { openAccount } from './telephony/sip/account.ts';
import { openTimers } from './timers.ts';
import { voiceId } from './voice-id/engine.ts';
import { openListener } from './voice-id/listener.ts';
import { serve } from './watchdog/service.ts';

/** A running terminal. */
export interface Terminal {
  /** The last event with its outcome at subscription, then each as it happens. */
  readonly steps: Observable<TerminalStep>;
  /** Resolves when only a new process can go on: the thread of sound is dead, or staff order a restart. */
  readonly failed: Promise<Error>;
  /** Tests these parts for `by`; resolves with the test's id once it has the phone. @throws BenchBusy */
  test(parts: readonly Part[], by: string): Promise<string>;
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
    const { drivers, clock, recovered } = all;
    const { media, bench, fleet, timers } = drivers;
    const { unit, terminal } = setup.config;
    const version = packageVersion();
    const { steps, stop } = startLoop(drivers, clock, { unit, version, rulesOf: rulesOf(setup) }, stateOf(setup), log);
    closers.push(async () => {
      stop();
      timers.close();
    });
    fleet.tell({ type: 'started', version, recovered });
    if (setup.distrust !== null) log.error(`there are no hotlines: ${setup.distrust}`);
    log.info({ recovered }, `terminal ${terminal} is up, version ${version}`);
    opened(serve(vitals(drivers), log));
    const test: Terminal['test'] = (parts, by) => bench.test(parts, by);
    return { steps, failed: Promise.race([media.died, bench.restart]), test, close };
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
  const key = await openKey(config.data, log);
  const journal = opened(await openJournal(config.data, key, log));
  const lost = recover(journal.found, { facility, unit, terminal }, clock.now());
  for (const entry of lost.entries) await journal.append(entry);
  const site = config.recordings === undefined ? {} : { site: config.recordings };
  const handset = handsetOf(board);
  const media = opened(
    await startMedia({
      device: parts.device ?? deviceOf(board),
      handset,
      recordings: {
        builtIn: join(packageRoot(), 'src/terminal/audio/prompts'),
        central: centralRecordings(config.data),
        ...site,
      },
      mediaTimeout: config.sip.mediaTimeout,
    }),
  );
  media.setLevels('caller', config.call.levels.caller);
  media.setLevels('callee', config.call.levels.callee);
  const models = config.voice.models === undefined ? {} : { folder: config.voice.models };
  const listener = opened(openListener(media, handset.profile === 'tty' ? null : voiceId(models), encodeName));
  const telephony = opened(await openAccount(withSrtp(sipFor(config.sip, handset)), media, log));
  const fleet = opened(
    await openFleet({
      facility,
      unit,
      terminal,
      mqtt: { ...config.mqtt, certificate: setup.certificate },
      keys: { ...setup.trusted, platform: setup.platformKeys },
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
      key,
      hosts: hostsOf(config),
      broker: config.mqtt.url,
      code: config.maintenance?.code,
      drivers: { hardware, media, telephony, fleet, journal },
      now: clock.now,
      log,
    }),
  );
  const timers = openTimers();
  return {
    drivers: { hardware, media, listener, telephony, fleet, journal, timers, bench },
    clock,
    recovered: lost.told,
  };
}

/** The tones of a text telephone survive G.711 and no codec made for voices. */
function sipFor(sip: RunningConfig['sip'], { profile }: HandsetSound): RunningConfig['sip'] {
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

/** The rules of this phone: its file's where its facility says nothing. */
const rulesOf =
  ({ config: { call }, board }: TerminalSetup) =>
  (settings: Partial<PhoneSettings>): CallRules => {
    const rules = { ...call, ...settings };
    return handsetOf(board).profile === 'tty' ? patient(rules) : rules;
  };

/** What the core knows before anything has happened. */
function stateOf(setup: TerminalSetup): State {
  const { config, hotlines } = setup;
  const { facility, unit, terminal } = config;
  const rules = rulesOf(setup)({});
  const maintenance = config.maintenance !== undefined;
  // Of a board that nobody has heard yet it is not said that it is well.
  return { ...initial({ facility, unit, terminal, rules, hotlines, maintenance }), faults: ['keypad'] };
}
