import { hostname, networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { z } from 'zod';
import { Site } from '../../platform/facilities/site.ts';
import { FacilityId } from '../../protocol/units.ts';
import { inWords } from '../../protocol/words.ts';
import { FileError, readYaml } from '../file.ts';
import { Address, Answers, keptAnswers } from './answers.ts';

/** What the options say. */
export interface Said {
  readonly name?: string;
  readonly id?: FacilityId;
  readonly timeZone?: string;
  readonly site?: string;
  readonly address?: string;
  readonly database?: Answers['database'];
  readonly behindProxy?: true;
  readonly exchange?: NonNullable<Answers['exchange']>;
}

/**
 * What the site is made of: as it was begun, or as the options say; who sits there is asked for the rest.
 * @throws Error where something else was begun, or nobody is there to be asked; FileError for a site file
 */
export async function answersTo(said: Said): Promise<Answers> {
  const kept = keptAnswers();
  if (kept !== null) return sameAs(kept, said);
  const site = said.site === undefined ? null : resolve(said.site);
  const { id, name, timeZone } = site === null ? await newFacility(said) : readYaml(site, Site).facility;
  const address =
    said.address ?? (await asked('Name or address under which phones and browsers reach this server', foundAddress()));
  const { database = 'postgres', exchange = null } = said;
  return read(Answers, {
    ...{ facility: said.id ?? id, name, timeZone, site, address: read(Address, address) },
    ...{ database, exchange, behindProxy: said.behindProxy ?? false },
  });
}

/** @throws Error where an option says something else than what was begun */
function sameAs(kept: Answers, { id, site, ...said }: Said): Answers {
  const wanted = { ...said, ...(id && { facility: id }), ...(site && { site: resolve(site) }) };
  for (const [what, value] of Object.entries(wanted)) {
    const has = kept[what as keyof Answers];
    if (JSON.stringify(value) !== JSON.stringify(has))
      throw new Error(
        `this server is made for ${kept.name} with ${what} ${JSON.stringify(has)}, and not ${JSON.stringify(value)}: change its platform.yaml for that`,
      );
  }
  return kept;
}

async function newFacility(said: Said) {
  const name = said.name ?? (await asked("The facility's name, as Pine River County Jail"));
  const { timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone } = said;
  return { id: said.id ?? idFrom(name), name, timeZone };
}

/** `Pine River County Jail` is `pine-river-county-jail`. */
const idFrom = (name: string): FacilityId => {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return read(FacilityId, plain.replace(/^-|-$/g, '').slice(0, 63));
};

/** The address of this machine on its network; its name where it has none. */
function foundAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? hostname();
}

async function asked(what: string, otherwise?: string): Promise<string> {
  if (!process.stdin.isTTY) {
    if (otherwise !== undefined) return otherwise;
    throw new FileError('--name or --site must say which facility it is');
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const hint = otherwise === undefined ? '' : ` [${otherwise}]`;
  const answer = await asking.question(`${what}${hint}: `).finally(() => asking.close());
  return answer.trim() || (otherwise ?? '');
}

function read<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const { success, data, error } = schema.safeParse(value, { error: inWords });
  if (success) return data;
  throw new FileError(`${JSON.stringify(value)}: ${error.issues[0]?.message}`);
}
