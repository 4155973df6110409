import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { rightsOfAdmin, rightsOfPlatform } from '../../platform/terminals/broker/rights.ts';
import { readYaml } from '../file.ts';
import { BROKER_ACCOUNTS, KEPT, PLATFORM_NAME } from './places.ts';
import { put } from './put.ts';
import type { Step } from './step.ts';
import type { User } from './users.ts';

const FILE = `${KEPT}/broker.json`;
const Passwords = z.strictObject({ root: z.string(), platform: z.string(), admin: z.string() });
type Passwords = z.infer<typeof Passwords>;

/** Who comes by each password. `root` is for people who look after the broker (`tierphone account … --user broker-admin`). */
export const NAMES = {
  root: 'broker-admin',
  platform: `platform/${PLATFORM_NAME}`,
  admin: `admin/${PLATFORM_NAME}`,
} as const;

/** @throws FileError before they were made */
export const brokerPasswords = (): Passwords => readYaml(FILE, Passwords);

const There = z.object({ clients: z.array(z.object({ username: z.string() })) });

/** The accounts with which a broker starts. They are written before it does, so that no password stands in an argument. */
export function brokerAccountsStep(broker: User): Step {
  return {
    what: `accounts of the platform at the broker: ${BROKER_ACCOUNTS}`,
    there: async () => {
      if (!existsSync(BROKER_ACCOUNTS)) return false;
      const { clients } = readYaml(BROKER_ACCOUNTS, There);
      const ours = Object.values(NAMES).every((name) => clients.some(({ username }) => username === name));
      if (ours && existsSync(FILE)) return true;
      throw new Error(
        `${BROKER_ACCOUNTS}: is there, and was not made by site init: move it away, or make a site by hand`,
      );
    },
    make: async () => {
      if (!existsSync(FILE)) {
        const secret = () => randomBytes(24).toString('base64url');
        const made: Passwords = { root: secret(), platform: secret(), admin: secret() };
        await put(FILE, `${JSON.stringify(made, null, 2)}\n`, 'root');
      }
      await put(BROKER_ACCOUNTS, `${JSON.stringify(accounts(brokerPasswords()), null, 2)}\n`, { owner: broker });
    },
  };
}

/** The file of Mosquitto's dynamic security plugin, as `mosquitto_ctrl dynsec init` and then `tierphone account` make it. */
function accounts({ root, platform, admin }: Passwords): object {
  const allow = (acltype: string, topic: string) => ({ acltype, topic, allow: true });
  const all = ['publishClientSend', 'publishClientReceive', 'subscribePattern'] as const;
  const roles = {
    [NAMES.root]: all.map((acltype) => allow(acltype, '$CONTROL/dynamic-security/#')),
    [NAMES.platform]: rightsOfPlatform(),
    [NAMES.admin]: rightsOfAdmin(),
  };
  return {
    defaultACLAccess: { publishClientSend: false, publishClientReceive: true, subscribe: false, unsubscribe: true },
    clients: [client(NAMES.root, root), client(NAMES.platform, platform), client(NAMES.admin, admin)],
    groups: [],
    roles: Object.entries(roles).map(([rolename, acls]) => ({ rolename, acls })),
  };
}

/** Of 192 bits of chance a password needs no slow hash; so many rounds are the plugin's own, at each login. */
const ROUNDS = 101;

/** Bound to the one client id that is its name, as all accounts. */
function client(name: string, password: string): object {
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(password, salt, ROUNDS, 64, 'sha512');
  return {
    ...{ username: name, clientid: name, roles: [{ rolename: name }] },
    ...{ password: hash.toString('base64'), salt: salt.toString('base64'), iterations: ROUNDS },
  };
}
