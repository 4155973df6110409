import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { brokerUrl, clearBroker } from '../protocol/broker.ts';
import { Insecure, refuseClearText } from '../protocol/clear.ts';
import type { KeySet } from '../protocol/key-set.ts';
import { type OrderKeys, OrderPrivateKey } from '../protocol/keys.ts';
import { FacilityId, TerminalId, UnitId } from '../protocol/units.ts';
import { type BrokerAccess, type BrokerFlags, brokerOf, withBroker } from './broker.ts';
import { beside, mustHaveCertificate, readText, readYaml } from './file.ts';
import { readOrderKeys } from './keyset/reading.ts';
import { USAGE } from './usage.ts';

/** What an officer's computer knows of his facility, so that an order is one short command. Files are seen from this one. */
const Profile = z
  .strictObject({
    /** Address of the broker, as mqtts://10.0.0.5:8883. */
    broker: brokerUrl('user and passwordFile beside it'),
    /** Of a broker on another machine: no TLS. */
    insecure: Insecure,
    user: z.string().optional(),
    passwordFile: z.string().optional(),
    /** File (PEM): the authority of the broker's certificate, where it is not one of the system's. */
    ca: z.string().optional(),
    facility: FacilityId,
    /** Private key of orders. */
    key: z.string().optional(),
    /** The facility's keys, fixed or a signed set; without it `orders.json` beside the private key. */
    keys: z.string().optional(),
    /** The facility's file, or as much of it as tells the time zone and which phones there are. */
    site: z.string().optional(),
  })
  .superRefine(
    refuseClearText(({ broker: url, insecure }) => clearBroker({ url, insecure }, ['broker'], 'say insecure: true')),
  );
type Profile = z.infer<typeof Profile>;

/** Which phones there ought to be: as much of a facility's file as that takes. */
const Ought = z.object({
  facility: z.object({ id: FacilityId, timeZone: z.string().optional() }),
  units: z.array(z.object({ id: UnitId, terminals: z.array(TerminalId).default([]) })),
});
export type Ought = z.infer<typeof Ought>;

/** The options that a profile can stand for. */
export interface DeskFlags extends BrokerFlags {
  readonly profile?: string;
  readonly key?: string;
  readonly keys?: string;
  readonly site?: string;
}

/** Where orders are given from. */
export interface Desk {
  readonly broker: BrokerAccess;
  /** The facility of the profile; null without one. */
  readonly facility: FacilityId | null;
  readonly ought: Ought | null;
  /** IANA name; undefined for that of this computer. */
  readonly timeZone: string | undefined;
}

/** A key that gives orders, and the set that it is among. */
export interface Seal {
  readonly key: OrderPrivateKey;
  readonly keyFile: string;
  readonly keys: OrderKeys;
  /** What each key may, where it is a signed set. */
  readonly set: KeySet | null;
  readonly keysFile: string;
  /** Whether somebody said that this is the facility's set; otherwise it only lies beside the key. */
  readonly named: boolean;
}

/** Adds the options of `DeskFlags`; those of a key only where orders are given. */
export function withDesk(command: Command, { signs }: { signs: boolean }): Command {
  withBroker(command)
    .option('--profile <file>', 'profile of this desk (default: TIERPHONE_PROFILE, ~/.config/tierphone/profile.yaml)')
    .option('--site <file>', "the facility's file: which phones there are, and its time zone");
  if (!signs) return command;
  return command
    .option('-k, --key <file>', 'private key of orders, as `tierphone keys` makes it')
    .option('--keys <file>', "the facility's keys, fixed or a signed set (default: orders.json beside the key)");
}

/** A profile with its files' paths made absolute; null where there is none. @throws FileError */
function profileOf({ profile }: DeskFlags): Profile | null {
  const usual = join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'tierphone/profile.yaml');
  const named = profile ?? process.env.TIERPHONE_PROFILE;
  if (named === undefined && !existsSync(usual)) return null;
  const file = resolve(named ?? usual);
  const written = readYaml(file, Profile);
  const files = (['passwordFile', 'ca', 'key', 'keys', 'site'] as const).flatMap((name) =>
    written[name] === undefined ? [] : [[name, beside(file, written[name])]],
  );
  return { ...written, ...Object.fromEntries(files) };
}

/** How the broker is reached and what is known of the facility; a flag goes before the profile. @throws FileError */
export function deskOf(flags: DeskFlags, command: Command): Desk {
  const profile = profileOf(flags);
  const said = flags.broker !== undefined || flags.config !== undefined || profile === null;
  const broker = said ? brokerOf(flags, command) : accessOf(profile);
  const site = flags.site ?? profile?.site;
  const ought = site === undefined ? null : readYaml(site, Ought);
  return { broker, facility: profile?.facility ?? null, ought, timeZone: ought?.facility.timeZone };
}

/** The file of the facility's set of public keys; null where nobody named one. @throws FileError */
export const keysOf = (flags: DeskFlags): string | null => flags.keys ?? profileOf(flags)?.keys ?? null;

function accessOf({ broker: url, insecure, user: username, passwordFile, ca }: Profile): BrokerAccess {
  return {
    url,
    insecure,
    username,
    password: passwordFile === undefined ? undefined : readText(passwordFile),
    ca: ca && mustHaveCertificate(ca),
  };
}

/** The key with which orders are given, held against the facility's set. @throws FileError where it is not among them */
export function sealOf(flags: DeskFlags, command: Command): Seal {
  const profile = profileOf(flags);
  const keyFile = flags.key ?? profile?.key;
  if (keyFile === undefined)
    return command.error('error: --key or a profile must name the private key of orders', { exitCode: USAGE });
  const named = flags.keys ?? profile?.keys;
  const keysFile = named ?? beside(keyFile, 'orders.json');
  const key = readYaml(keyFile, OrderPrivateKey);
  if (named === undefined && !existsSync(keysFile))
    return command.error("error: --keys or a profile must name the facility's set of keys (orders.json)", {
      exitCode: USAGE,
    });
  const { keys, set } = readOrderKeys(keysFile);
  const own = keys.keys.find(({ kid }) => kid === key.kid);
  const wrong =
    own === undefined
      ? `nobody called ${key.kid} gives orders there`
      : own.x === key.x
        ? null
        : `${key.kid}'s key is another one there`;
  if (wrong !== null)
    return command.error(`error: ${keyFile}: no phone would obey this key: ${wrong} (${keysFile})`, {
      exitCode: USAGE,
    });
  return { key, keyFile, keys, set, keysFile, named: named !== undefined };
}
