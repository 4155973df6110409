import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import type { Logger } from 'pino';
import { filter, firstValueFrom, map, merge, ReplaySubject, Subject, timer } from 'rxjs';
import { readYaml } from '../../src/cli/file.ts';
import { readPlatformConfig } from '../../src/cli/platform.ts';
import { readTerminalSetup } from '../../src/cli/setup.ts';
import type { LedgerEntry } from '../../src/platform/calls/ledger.ts';
import { Site } from '../../src/platform/facilities/site.ts';
import { type Platform, startPlatform } from '../../src/platform/main.ts';
import { OrderPrivateKey } from '../../src/protocol/keys.ts';
import { StatusMessage } from '../../src/protocol/messages.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { parseTerminalTopic, terminalTopic } from '../../src/protocol/topics.ts';
import { type Instant, type Money, TerminalId } from '../../src/protocol/units.ts';
import { openSimulated } from '../../src/terminal/hardware/simulated.ts';
import { startTerminal } from '../../src/terminal/main.ts';
import { startCallee } from '../callee/callee.ts';
import { bringSite } from './bring-site.ts';
import { startBroker } from './broker.ts';
import { Captioner } from './captions.ts';
import { enrol } from './enrol.ts';
import { firstSnapshot } from './first-snapshot.ts';
import { FACILITY, TERMINAL, writeWorldFiles } from './folder.ts';
import { openHandset } from './handset.ts';
import { Mouths } from './mouth.ts';
import { openNeighbours } from './neighbours.ts';
import { Office } from './office.ts';
import type { Deed, LedgerLine, MqttSeen, Speaker, TimelineEntry, World } from './port.ts';
import { RootKeeper, rootKeyIn } from './root-keeper.ts';
import { openSnapshots } from './snapshots.ts';
import { openStaff, watchWanted } from './staff.ts';
import { sinceLift, timelineOf } from './timeline.ts';
import type { Voices } from './voices.ts';

export interface WorldOptions {
  /** Where keys, database and the terminal's storage are kept. */
  readonly folder: string;
  readonly log: Logger;
  /** Rules of the terminal, as written in its file; what is not named has its default. */
  readonly call?: Readonly<Record<string, unknown>>;
  /** Dollars in the family's account at the start of a new folder. */
  readonly balance?: Money;
  /** What is asked of voices; left out, nothing. */
  readonly voices?: Voices;
  /** Address of a PostgreSQL to use in place of the embedded one. */
  readonly postgres?: string;
  /** Other phones of the site are used by people of their own. */
  readonly neighbours?: true;
  /** Port of the platform's pages and API; left out, there are none. */
  readonly httpPort?: number;
  /** Makes the world anew, once it is asked to; left out, it cannot be. */
  readonly startOver?: () => void;
}

const OWN_STATUS = terminalTopic(FACILITY, TerminalId.parse(TERMINAL), 'status');
const TIMELINE = 500;
/** A phone has the keys and its orders by then, ms. */
const IN_SERVICE = 5_000;
const PAYLOAD = 4_000;
const LEDGER = 100;

/**
 * Starts a terminal on simulated hardware and everything around it: broker, platform, called party, control room.
 * All on loopback. Throws with one line that names what could not be started; what had been is closed again.
 */
export async function openWorld(options: WorldOptions): Promise<World> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await build(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(
  { folder, log, call = {}, balance, voices, postgres, neighbours, httpPort, startOver }: WorldOptions,
  closers: (() => Promise<void> | void)[],
  close: () => Promise<void>,
): Promise<World> {
  const secret = () => randomBytes(18).toString('base64url');
  const passwords = { platform: secret(), staff: secret(), terminals: secret() };
  const broker = await startBroker(passwords);
  closers.push(broker.close);
  const sip = { user: TERMINAL, password: secret() };
  const callee = await startCallee({ ...sip, realm: 'pine-river.test' });
  closers.push(callee.close);
  const root = await rootKeyIn(join(folder, 'keys'));
  const files = await writeWorldFiles({
    ...{ folder, root },
    brokerPort: broker.port,
    passwords,
    sip: { ...sip, address: callee.address, port: callee.port },
    board: join(packageRoot(), 'board/simulated.json'),
    call,
    postgres: postgres ?? null,
    httpPort: httpPort ?? null,
  });

  const site = readYaml(join(packageRoot(), 'sim/site/site.yaml'), Site);
  const [family] = site.accounts;
  if (family && balance !== undefined) family.opening = balance;
  const callerOf = (speaker: Speaker) => site.callers.find(({ id }) => id === `c-${speaker}`);
  if (voices) {
    site.facility.voice = voices.facility;
    for (const speaker of [...voices.enrolled, ...voices.asked])
      Object.assign(callerOf(speaker) ?? {}, { voice: 'asked' });
  }
  const platformConfig = readPlatformConfig(files.platform);
  await bringSite(platformConfig, site);
  const platformLog = log.child({ part: 'platform' });
  const platformUp = () => startPlatform(platformConfig, platformLog);
  // Its first link is for the sample staff, and said to nobody.
  if (!existsSync(join(folder, 'staff.json'))) platformLog.level = 'error';
  let platform: Platform | null = await platformUp();
  closers.push(() => platform?.close());
  platformLog.level = log.level;
  const office = platform.http && (await Office.open(folder, platform.http.address, platform.http.first));
  const orderKey = readYaml(files.orderKey, OrderPrivateKey);
  if (await RootKeeper.begin(platform.desk, root, orderKey)) {
    // What stands in a folder of before is newer, and stays.
    const first = readFileSync(files.firstOrder, 'utf8').trim();
    await platform.desk.relayOrder(FACILITY, first);
  }
  const rootKeeper = new RootKeeper(root, () => platform?.desk ?? null, log);
  closers.push(() => rootKeeper.close());

  const hardware = openSimulated();
  const handset = openHandset();
  closers.push(handset.close);
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const client = await connectAsync(url, { username: 'staff', password: passwords.staff });
  closers.push(() => client.endAsync());
  for (const speaker of voices?.enrolled ?? []) {
    const ways = { url, password: passwords.terminals, keys: join(folder, 'keys/platform.json') };
    await enrol(ways, callerOf(speaker)?.pin ?? '', speaker).catch((error: unknown) =>
      // A machine on which no voice can be heard has a phone all the same.
      log.warn(`${speaker} is not enrolled, and will be asked to: ${error instanceof Error ? error.message : error}`),
    );
  }
  const setup = await readTerminalSetup(files.terminal);
  const terminal = await startTerminal(setup, log.child({ part: 'terminal' }), {
    hardware,
    device: { kind: 'port', port: handset.port },
  });
  closers.push(terminal.close);
  // Who lifts the handset of a world that is ready finds a phone in service, unless a lockdown stands there from before.
  const served = terminal.steps.pipe(filter(({ state }) => state.lockdown.state === 'open'));
  await firstValueFrom(merge(served, timer(IN_SERVICE)));
  const timeline = new ReplaySubject<TimelineEntry>(TIMELINE);
  const own = new Subject<Pick<TimelineEntry, 'source' | 'tag' | 'text'>>();
  let lifted: Instant | null = null;
  const calleeLines = callee.states.pipe(
    map((state) => ({ source: 'callee' as const, tag: `callee:${state}`, text: `called party: ${state}` })),
  );
  const ownLines = merge(own, calleeLines).pipe(
    map((line): TimelineEntry => {
      const at = Date.now() as Instant;
      return { ...line, at, since: sinceLift(at, lifted) };
    }),
  );
  const subscription = merge(timelineOf(terminal.steps), ownLines).subscribe((entry) => {
    if (entry.tag === 'lifted') lifted = entry.at;
    timeline.next(entry);
  });
  const mqtt = new ReplaySubject<MqttSeen>(TIMELINE);
  const isOthers = (topic: string) => (parseTerminalTopic(topic)?.terminal ?? TERMINAL) !== TERMINAL;
  subscription.add(
    broker.messages
      .pipe(filter(({ topic }) => !isOthers(topic)))
      .subscribe(({ topic, payload, retained }) =>
        mqtt.next({ at: Date.now() as Instant, topic, retained, payload: payload.toString('utf8', 0, PAYLOAD) }),
      ),
  );
  const first = {
    ...firstSnapshot(site, setup.hotlines, voices),
    controlRoom: office !== null,
    canStartOver: startOver !== undefined,
  };
  const snapshots = openSnapshots(first, terminal.steps);
  closers.push(snapshots.close);
  const staff = openStaff(client, orderKey);
  await watchWanted(client, ({ scope, ...wanted }) =>
    snapshots.put({ lockdowns: { ...snapshots.value.lockdowns, [scope]: wanted } }),
  );
  const captions = new Captioner(terminal.steps, (said) => snapshots.put({ captions: said }));
  closers.push(() => captions.close());
  const mouths = new Mouths(
    handset,
    terminal.steps,
    (asked) => snapshots.put({ asked }),
    (...said) => captions.voice(...said),
  );
  closers.push(() => mouths.close());
  subscription.add(
    broker.messages.subscribe(({ topic, payload }) => {
      if (topic === OWN_STATUS) snapshots.put({ link: isOnline(payload) ? 'up' : 'down' });
    }),
  );
  subscription.add(callee.states.subscribe((state) => snapshots.put({ callee: state })));
  closers.push(() => subscription.unsubscribe());

  const { acceptDigit, refuseDigit, blockDigit } = setup.config.call;
  const calleeActs = {
    answer: () => callee.answer(),
    accept: () => callee.digit(acceptDigit),
    refuse: () => callee.digit(refuseDigit),
    block: () => callee.digit(blockDigit),
    'hang-up': () => callee.hangUp(),
    reject: () => callee.reject(603),
  };
  const act = async (deed: Deed): Promise<void> => {
    switch (deed.do) {
      case 'lift':
        return hardware.lift();
      case 'hang-up':
        return hardware.hangUp();
      case 'key':
        return hardware.press(deed.key);
      case 'volume':
        return hardware.volume(deed.direction);
      case 'hand':
        mouths.hand(deed.to);
        return snapshots.put({ mouth: deed.to });
      case 'say-digits':
        return mouths.answer(deed.speaker);
      case 'callee':
        return calleeActs[deed.act]();
      case 'callee-digit':
        return callee.digit(deed.digit);
      case 'callee-habit':
        callee.habit = deed.habit;
        return snapshots.put({ calleeHabit: deed.habit });
      case 'lockdown':
        return staff.order(deed);
      case 'platform': {
        if ((deed.state === 'up') === (platform !== null)) return;
        const closing = platform;
        platform = null;
        await closing?.close();
        if (deed.state === 'up') platform = await platformUp();
        own.next({ source: 'platform', tag: `platform:${deed.state}`, text: `platform ${deed.state}` });
        return snapshots.put({ platform: deed.state });
      }
      case 'unblock':
        if ((await office?.unblock()) !== 0) return;
        throw new Error('no called party has blocked anything');
      case 'start-over':
        if (!startOver) throw new Error('this world cannot be made anew');
        return startOver();
    }
  };
  if (neighbours) {
    // Nobody waits for them.
    const opened = openNeighbours({ folder, brokerPort: broker.port, passwords, root }, site, log).catch(
      (error: unknown) => {
        log.warn({ err: error }, 'the other phones of the site could not be started');
        return async () => undefined;
      },
    );
    closers.push(async () => (await opened)());
  }
  return {
    snapshots: snapshots.snapshots,
    timeline,
    mqtt,
    earpiece: handset.earpiece,
    calleeEar: callee.ear,
    tryThis: snapshots.value.tryThis,
    office,
    act,
    mouthpiece: handset.speak,
    say: handset.say,
    calleeMouthpiece: (frame) => callee.mouth(frame),
    ledger: async () => {
      const lifts = platform ? await platform.ledger(LEDGER) : [];
      return lifts.filter(({ record }) => record.terminal === TERMINAL).map((lift) => ledgerLine(lift, site));
    },
    close,
  };
}

const ledgerLine = ({ record, charged }: LedgerEntry, { callers }: Site): LedgerLine => ({
  call: record.call,
  lifted: record.lifted,
  caller: callers.find(({ id }) => id === record.caller)?.name ?? record.caller,
  number: record.number,
  talked: record.talked,
  ending: record.ending.reason,
  during: record.ending.during,
  bound: record.ending.bound ?? null,
  privileged: record.privileged,
  charged,
});

/** Whether a status on the broker is that of a terminal which is there; its will says no. */
function isOnline(payload: Buffer): boolean {
  const status = StatusMessage.safeParse(JSON.parse(payload.toString()));
  return status.success && status.data.body.online;
}
