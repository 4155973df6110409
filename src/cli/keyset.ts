import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { Permit } from '../protocol/key-set.ts';
import { type KeySet, signKeySet, verifyKeySet } from '../protocol/key-set.ts';
import { Issuer, RootPrivateKey, RootPublicKey } from '../protocol/keys.ts';
import { FacilityId, type Instant } from '../protocol/units.ts';
import { FileError, readYaml } from './file.ts';
import { nextSet, setInWords } from './keyset/change.ts';
import { Permits } from './keyset/permits.ts';
import { readRequests, readSet } from './keyset/reading.ts';
import { momentOf } from './orders/time.ts';
import { print, printJson } from './print.ts';
import { checked, strict } from './usage.ts';

const EXAMPLES = `
Examples, on a computer that is on no network:
  tierphone keyset root /media/root                     once a site; root.json goes to every phone and the platform
  tierphone keyset sign --root root.key.json --facility pine-river --add asked.json -o pine-river.keys
  tierphone keyset sign --root root.key.json --facility pine-river --from pine-river.keys \\
      --add ortiz.json --may unit:B --until 2027-06-30T00:00 --remove j.alvarez -o pine-river-2.keys
  tierphone keyset show pine-river-2.keys --root root.json

What a key may, with commas: all, orders, commands, hotlines, unit:B, terminal:B-1, orders:unit/B, commands:terminal/B-1.
A key that was stolen is revoked on the platform, at once; here it is left out of the next set.`;

/** `tierphone keyset`: the root key of a site, and the sets of keys that it signs, off line. */
export function keysetCommand(): Command {
  const command = new Command('keyset')
    .description("Say whose key may order what in a facility, signed with the site's root key, which is kept off line.")
    .addHelpText('after', EXAMPLES);
  command.addCommand(
    new Command('root')
      .description('Make the root key of a site. Nothing is overwritten.')
      .argument('<folder>', 'where it goes')
      .action(root),
  );
  command.addCommand(
    new Command('sign')
      .description('Sign the next set of keys of a facility, and tell what is different in it.')
      .requiredOption('--root <file>', 'private root key')
      .requiredOption('-f, --facility <id>', 'whose set it is', checked(FacilityId))
      .option('--from <file>', 'the newest set; without it the first is made')
      .option('--add <file...>', 'keys that are asked for, as the platform or the page gives them', collect, [])
      .option('--may <what>', 'what those may, in place of what they ask for', checked(Permits))
      .option('--until <time>', 'until when those count, as 2027-06-30T00:00; without it they have no end')
      .option('--remove <issuer...>', 'whose keys are taken out', collect, [])
      .option('--dry-run', 'only tell')
      .option('-o, --out <file>', 'where the signed set goes: for the platform')
      .action(sign),
  );
  command.addCommand(
    new Command('show')
      .description('Tell what is in a signed set of keys.')
      .argument('<file>', 'the set')
      .option('--root <file>', 'public root key: who signed it is then proven')
      .option('--json', 'as JSON')
      .action(show),
  );
  for (const one of command.commands) strict(one);
  return strict(command);
}

const collect = (one: string, all: readonly string[]): string[] => [...all, one];

/**
 * Makes a site's root key in `folder`; gives the public key and the file of either half.
 * @throws Error where one of the files is there already
 */
export async function makeRoot(folder: string): Promise<{ root: RootPublicKey; secret: string; known: string }> {
  const [secret, known] = [join(folder, 'root.key.json'), join(folder, 'root.json')];
  for (const file of [secret, known])
    if (existsSync(file)) throw new Error(`${file}: is there already: move it away first`);
  const { privateKey } = await generateKeyPair('Ed25519', { extractable: true });
  const { d, ...jwk } = await exportJWK(privateKey);
  const root = RootPublicKey.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk) });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(secret, json(RootPrivateKey.parse({ ...root, d })), { mode: 0o600, flag: 'wx' });
  await writeFile(known, json(root), { mode: 0o644, flag: 'wx' });
  return { root, secret, known };
}

async function root(folder: string): Promise<void> {
  const { root, secret, known } = await makeRoot(folder);
  print(
    `${secret}: signs sets of keys: on no computer that is on a network; lost, every phone must be given a new root`,
  );
  print(`${known}: for phones (keys.root) and the platform (orders.<facility>.root): key ${root.kid}`);
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

interface SignFlags {
  readonly root: string;
  readonly facility: FacilityId;
  readonly from?: string;
  readonly add: readonly string[];
  readonly may?: Permit[];
  readonly until?: string;
  readonly remove: readonly string[];
  readonly dryRun?: true;
  readonly out?: string;
}

async function sign(flags: SignFlags, command: Command): Promise<void> {
  const { facility, out } = flags;
  if (out === undefined && !flags.dryRun) return command.error('error: --out or --dry-run is wanted', { exitCode: 2 });
  const root = readYaml(flags.root, RootPrivateKey);
  const { d: _, ...known } = root;
  const before = flags.from === undefined ? null : await proven(flags.from, known);
  const now = Date.now() as Instant;
  const remove = flags.remove.map((issuer) => Issuer.parse(issuer));
  const until = flags.until === undefined ? null : momentOf(flags.until, now, undefined);
  const add = flags.add.flatMap(readRequests);
  const { set, lines } = await nextSet(facility, before, { add, may: flags.may ?? null, until, remove }, now);
  const jws = await signKeySet(set, root);
  for (const line of lines.length > 0 ? lines : ['nothing is different but the sequence']) print(line);
  print(
    `${before === null ? 'the first set' : `after set ${before.sequence}`}: set ${set.sequence} of ${facility}, ${set.keys.length} keys`,
  );
  if (flags.dryRun || out === undefined) return print('nothing was written');
  writeFileSync(out, jws, { flag: 'wx' });
  print(`${out}: signed`);
}

async function show(file: string, { root, json: asJson }: { root?: string; json?: true }): Promise<void> {
  const set = root === undefined ? readSet(file).set : await proven(file, readYaml(root, RootPublicKey));
  if (asJson) return printJson({ proven: root !== undefined, ...set });
  for (const line of await setInWords(set)) print(line);
  if (root === undefined) print('who signed it is not proven: --root');
}

/** @throws FileError where the root key did not sign it */
async function proven(file: string, root: RootPublicKey): Promise<KeySet> {
  return verifyKeySet(readSet(file).jws, root).catch((cause: Error) => {
    throw new FileError(`${file}: ${cause.message}`, { cause });
  });
}
