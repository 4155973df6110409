import { existsSync } from 'node:fs';
import { type Answers, answersStep } from './answers.ts';
import { backupKeyStep } from './backup-key.ts';
import { brokerAccountsStep } from './broker-accounts.ts';
import { brokerFilesStep } from './broker-files.ts';
import { type Card, cardOf, cardStep } from './card.ts';
import { authorityStep, brokerStep, pageStep } from './certificates.ts';
import { checkFiles, whyDown } from './check.ts';
import { embeddedStep, postgresStep } from './database.ts';
import { facilityStep } from './facility.ts';
import { keysStep, orderKeyStep } from './keys.ts';
import { BROKER_USER, KEYS, PLATFORM_USER } from './places.ts';
import { platformFileStep } from './platform-file.ts';
import { firstLink, startSite } from './start.ts';
import { type Done, type Step, take } from './step.ts';
import { isManaged } from './units.ts';
import { type User, userCalled } from './users.ts';

/** All that a site has, in the order in which it is made. */
function stepsOf(answers: Answers, { platform, broker }: Readonly<Record<'platform' | 'broker', User>>): Step[] {
  const { facility, name, address, behindProxy } = answers;
  const database = answers.database === 'embedded' ? embeddedStep(platform) : postgresStep();
  return [
    answersStep(answers),
    keysStep(facility, platform),
    orderKeyStep(),
    backupKeyStep(),
    authorityStep(name, platform),
    ...(behindProxy ? [] : [pageStep(address, platform)]),
    brokerStep(address, broker),
    brokerAccountsStep(broker),
    brokerFilesStep(),
    platformFileStep(answers, platform),
    cardStep(answers),
    database,
    facilityStep(answers, platform, database),
  ];
}

/** How a site is made. */
export interface InitOptions {
  readonly dry: boolean;
  /** Whether broker and platform are started, where systemd is there to do it. */
  readonly start: boolean;
  /** Told of each step as it is done. */
  readonly tell: (done: Done) => void;
}

/** What there is in the end. */
export interface Made {
  readonly steps: readonly Done[];
  /** What people should know of the configuration. */
  readonly remarks: readonly string[];
  /** By which the first comes; null where somebody runs the platform, or it was not started. */
  readonly link: string | null;
  /** Whether broker and platform run. */
  readonly runs: boolean;
  /** Null where a dry run finds no keys yet. */
  readonly card: Card | null;
}

/**
 * Makes a site on this machine, all that is not there of it; done again, it changes nothing, and after a cut it goes on.
 * @throws Error, FileError: what is in the way
 */
export async function initSite(answers: Answers, { dry, start, tell }: InitOptions): Promise<Made> {
  const users = {
    platform: userCalled(PLATFORM_USER, 'tierphone-platform'),
    broker: userCalled(BROKER_USER, 'mosquitto'),
  };
  const steps: Done[] = [];
  for (const step of stepsOf(answers, users)) {
    const done = await take(step, dry);
    steps.push(done);
    tell(done);
  }
  const card = existsSync(KEYS) ? cardOf(answers) : null;
  if (dry) return { steps, remarks: [], link: null, runs: false, card };
  const remarks = await checkFiles(users.platform);
  const isAsItWas = steps.every(({ was }) => was === 'there') && (await whyDown()) === null;
  const runs = isAsItWas || (start && isManaged());
  if (runs && !isAsItWas) await startSite();
  return { steps, remarks, link: runs && isManaged() ? await firstLink(users.platform) : null, runs, card };
}
