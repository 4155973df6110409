import { FACILITY } from '../../../sim/world/folder.ts';
import { until } from '../../interop/peers/program.ts';
import { firstTokens } from '../../platform/people/machine.ts';
import type { Program } from '../program.ts';
import { randomFrom } from '../random.ts';
import { Box } from './box.ts';
import { draw, Fate, type Killing, type Victim } from './fate.ts';
import { wrongOwners } from './owners.ts';
import { Secrets, type Told } from './secrets.ts';
import { type ClaimedSite, openClaimedSite } from './site.ts';
import { Technician } from './technician.ts';

const PLACES = ['B-1', 'B-2'];
/** What is due is looked at every ten seconds, and the first start of a program takes some on a busy machine, ms. */
const SETTLES = 60_000;

/** Told after each claim: how many kills there were, and all that was wrong so far. */
type Progress = (done: number, wrong: readonly string[]) => void;

/** What was done, for the verdict and for people. */
export interface KilledClaims {
  readonly kills: number;
  readonly claims: number;
  readonly by: Readonly<Record<string, number>>;
  /** Of each claim after which somebody had two owners, or none: what, and what was killed. */
  readonly wrong: readonly string[];
  readonly secrets: Told;
}

/**
 * Has phones claimed and replaced, and kills box, platform or both with SIGKILL at moments of it drawn by chance; then looks who may
 * speak as which phone. Three boxes hang for two places, so that there is always one to be fitted.
 */
export async function killClaims(kills: number, seed: number, progress: Progress): Promise<KilledClaims> {
  const random = randomFrom(seed);
  const site = await openClaimedSite();
  const boxes: Box[] = [];
  const secrets = new Secrets();
  try {
    const platform = new Restarted(() => site.startPlatform());
    await platform.start();
    const { token } = await firstTokens(await platform.program.until(/#\/welcome\/[\w-]+/), {
      token: ['terminals.change', 'terminals.read'],
    });
    const technician = new Technician(site, token);
    for (const name of ['one', 'two', 'three']) boxes.push(await Box.hang(site, name));
    for (const box of boxes) await box.start().until(/this phone is nobody’s yet/);
    secrets.learnPlatform(site.folder);
    secrets.text('the token of who claims', token);
    const killed = await claimAll({ site, boxes, platform, technician, secrets, random }, kills, progress);
    const said = [...site.said(), ...boxes.flatMap((box) => box.said())];
    return { ...killed, secrets: await secrets.told(said, site.folder, site.database) };
  } finally {
    secrets.close();
    for (const box of boxes) await box.close();
    await site.close();
  }
}

interface World {
  readonly site: ClaimedSite;
  readonly boxes: readonly Box[];
  readonly platform: Restarted;
  readonly technician: Technician;
  readonly secrets: Secrets;
  readonly random: () => number;
}

async function claimAll(world: World, kills: number, progress: Progress): Promise<Omit<KilledClaims, 'secrets'>> {
  const { boxes, secrets, random } = world;
  const wrong: string[] = [];
  const by: Record<string, number> = {};
  const fitted = new Set<string>();
  let [done, claims] = [0, 0];
  while (done < kills) {
    const drawn = Array.from({ length: Math.min(kills - done, 1 + Math.floor(random() * 3)) }, () => draw(random));
    const place = PLACES[Math.floor(random() * PLACES.length)] as string;
    fitted.add(place);
    await claimUnder(world, place, drawn, fitted);
    done += drawn.length;
    claims += 1;
    for (const { moment, victim } of drawn) by[`${victim} at ${moment}`] = (by[`${victim} at ${moment}`] ?? 0) + 1;
    for (const fault of await settled(world, [...fitted])) wrong.push(`${fault}, after ${JSON.stringify(drawn)}`);
    for (const box of boxes) await secrets.learnBox(box);
    progress(done, wrong);
  }
  return { kills: done, claims, by, wrong };
}

/** A box that is nobody's takes a place, while fate has its way; now and then the technician thinks better of where it hangs. */
async function claimUnder(world: World, place: string, drawn: readonly Killing[], fitted: Set<string>): Promise<void> {
  const { site, boxes, platform, technician, random } = world;
  const box = await spare(world);
  const old = boxes.find((other) => other !== box && random() < 0.3);
  const fate = new Fate(drawn, {
    kill: async (victim) => {
      const dying: Promise<unknown>[] = [];
      if (victim !== 'platform') dying.push(box.kill(), ...(old ? [old.kill()] : []));
      if (victim !== 'box') dying.push(platform.kill());
      await Promise.all(dying);
    },
    restart: async (victim: Victim) => {
      if (victim !== 'platform') box.start();
      if (victim !== 'platform') old?.start();
      if (victim !== 'box') await platform.start();
    },
  });
  fate.watch(site.mosquitto.folder, 'dynamic-security.json', 'accounts');
  fate.watch(box.data, 'voucher', 'stored');
  const thinksBetter = random() < 0.2 ? PLACES.find((other) => other !== place) : undefined;
  const first = box.program;
  const where = () => {
    if (thinksBetter === undefined || box.program === first) return place;
    fitted.add(thinksBetter);
    return thinksBetter;
  };
  await technician.fit(box, where, (step) => fate.tell(step));
  await fate.over();
}

/** A box that is no phone: one that was replaced is made anew, since it is dead for good. */
async function spare({ site, boxes, random }: World): Promise<Box> {
  const { rows } = await site.database.query<{ thumbprint: string }>('select thumbprint from claims');
  const free: Box[] = [];
  for (const box of boxes) {
    const key = await box.key();
    if (!rows.some(({ thumbprint }) => thumbprint === key?.kid)) free.push(box);
  }
  const box = free[Math.floor(random() * free.length)];
  if (box === undefined) throw new Error(`all boxes are phones of ${FACILITY}`);
  if ((await box.voucher()) !== null) {
    await box.flash();
    await box.start().until(/this phone is nobody’s yet/);
  }
  return box;
}

/** What is wrong once all is started again, and a place that has no phone was given one: as the page and the phones ask. */
async function settled(world: World, places: readonly string[]): Promise<string[]> {
  const { site, boxes, technician } = world;
  for (const place of places) {
    const claimed = () => site.database.query('select thumbprint from claims where terminal = $1', [place]);
    const [row] = (await claimed()).rows;
    let phone: Box | undefined;
    for (const box of boxes) if ((await box.key())?.kid === row?.thumbprint) phone = box;
    phone ??= await spare(world);
    await technician.fit(
      phone,
      () => place,
      () => undefined,
    );
  }
  let wrong = ['nothing was looked at'];
  await until(
    'who may speak as which phone',
    async () => {
      wrong = await wrongOwners(site, boxes, places);
      return wrong.length === 0;
    },
    SETTLES,
  ).catch(() => undefined);
  return wrong;
}

/** A program that a service manager starts again. */
class Restarted {
  readonly #begin: () => Promise<Program>;
  #program: Program | null = null;

  constructor(begin: () => Promise<Program>) {
    this.#begin = begin;
  }

  get program(): Program {
    if (this.#program === null) throw new Error('it was not started');
    return this.#program;
  }

  async start(): Promise<void> {
    this.#program = await this.#begin();
  }

  async kill(): Promise<void> {
    await this.#program?.stop('SIGKILL');
  }
}
