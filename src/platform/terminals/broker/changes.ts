import { z } from 'zod';
import type { Account, Role } from './account.ts';
import type { Answer, Command } from './dynamic-security.ts';

/** What the broker is to be brought to: accounts that it has, and names that have none. */
export interface Wanted {
  readonly account: Account | null;
  readonly gone: readonly string[];
}

const RoleThere = z.object({
  role: z.object({
    rolename: z.string(),
    acls: z.array(z.object({ acltype: z.string(), topic: z.string(), allow: z.boolean() })),
  }),
});
const ClientThere = z.object({
  client: z.object({ username: z.string(), roles: z.array(z.object({ rolename: z.string() })) }),
});

/** The questions whose answers `There` is made of. */
export function questions(all: readonly Wanted[]): Command[] {
  const names = all.flatMap(({ account, gone }) => [...(account ? [account.name] : []), ...gone]);
  const roles = [...names, ...all.flatMap(({ account }) => account?.roles.map(({ name }) => name) ?? [])];
  return [
    ...[...new Set(names)].map((username) => ({ command: 'getClient' as const, username })),
    ...[...new Set(roles)].map((rolename) => ({ command: 'getRole' as const, rolename })),
  ];
}

/** Accounts and roles that the broker has, of those it was asked for, and what was to become of them since. */
export class There {
  /** By account, its roles; by role, its rights: as texts that are the same where they are. */
  readonly #accounts = new Map<string, string>();
  readonly #roles = new Map<string, string>();

  constructor(answers: readonly Answer[]) {
    for (const { command, data, error } of answers) {
      if (error !== undefined) continue;
      if (command === 'getClient') {
        const { client } = ClientThere.parse(data);
        this.#accounts.set(client.username, namesOf(client.roles.map(({ rolename }) => rolename)));
      }
      if (command === 'getRole') {
        const { role } = RoleThere.parse(data);
        this.#roles.set(role.rolename, rightsIn(role.acls));
      }
    }
  }

  has(account: string): boolean {
    return this.#accounts.has(account);
  }

  /** The commands that bring the broker to what is wanted: none where it has it. Each makes Mosquitto write all its accounts. */
  bring({ account, gone }: Wanted): Command[] {
    return [...gone.flatMap((name) => this.#take(name)), ...(account ? this.#give(account) : [])];
  }

  /** The account before its role: of one that is deleted while an account has it, Mosquitto 2.0.11 leaves what memory it had to the next. */
  #take(name: string): Command[] {
    return [
      ...(this.#accounts.delete(name) ? [{ command: 'deleteClient' as const, username: name }] : []),
      ...(this.#roles.delete(name) ? [{ command: 'deleteRole' as const, rolename: name }] : []),
    ];
  }

  #give(account: Account): Command[] {
    const { name, text, password, roles } = account;
    const has = this.#accounts.get(name);
    const wanted = namesOf(roles.map((role) => role.name));
    this.#accounts.set(name, wanted);
    const command = has === undefined ? ('createClient' as const) : ('modifyClient' as const);
    const client = {
      ...{ command, username: name, ...(text !== undefined && { textname: text }) },
      // Who comes with a certificate is by the listener whom it names.
      ...(password !== undefined && { clientid: name, password }),
      roles: roles.map((role) => ({ rolename: role.name })),
    };
    return [...roles.flatMap((role) => this.#role(role)), ...(has === wanted ? [] : [client])];
  }

  #role({ name, rights }: Role): Command[] {
    const has = this.#roles.get(name);
    const wanted = rightsIn(rights);
    if (has === wanted) return [];
    this.#roles.set(name, wanted);
    const command = has === undefined ? ('createRole' as const) : ('modifyRole' as const);
    return [{ command, rolename: name, acls: rights }];
  }
}

const namesOf = (roles: readonly string[]): string => [...roles].sort().join(' ');

const rightsIn = (rights: readonly { acltype: string; topic: string; allow: boolean }[]): string =>
  rights
    .map(({ acltype, topic, allow }) => `${acltype} ${allow} ${topic}`)
    .sort()
    .join('\n');
