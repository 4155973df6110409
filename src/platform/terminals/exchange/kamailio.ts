import { Kysely, PostgresDialect } from 'kysely';
import { newAccount, userOf } from './account.ts';
import { authorityOf } from './authority.ts';
import type { KamailioConfig } from './config.ts';
import { unregister } from './control.ts';
import { databaseFault, openPool } from './kamailio-database.ts';
import type { ExchangeAccounts, PhonePlace } from './port.ts';

/** As much of Kamailio's tables as is ours to write (its database reference, auth_db and usrloc). */
interface Tables {
  readonly subscriber: {
    readonly username: string;
    readonly domain: string;
    readonly password: string;
    readonly ha1: string;
    readonly ha1b: string;
  };
  /** Where who is registered; without `use_domain` it has no domain, and unless it is told to mind case none but small letters. */
  readonly location: { readonly username: string; readonly domain: string | null };
}

/** Accounts in Kamailio's own database: it reads them at each challenge, so what is written holds at once. */
export class KamailioAccounts implements ExchangeAccounts {
  readonly #config: KamailioConfig;
  readonly #db: Kysely<Tables>;

  constructor(config: KamailioConfig) {
    this.#config = config;
    this.#db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: () => openPool(config) }) });
  }

  async give(place: PhonePlace) {
    const ca = await authorityOf(this.#config);
    const { kept, ha1b, login } = newAccount(place, this.#config, ca);
    const { user: username, domain, ha1 } = kept;
    const secret = { password: '', ha1, ha1b };
    await this.#db
      .insertInto('subscriber')
      .values({ username, domain, ...secret })
      .onConflict((there) => there.columns(['username', 'domain']).doUpdateSet(secret))
      .execute()
      .catch(databaseFault);
    await this.#unregister(username, ca);
    return login;
  }

  async revoke(place: PhonePlace): Promise<void> {
    const username = userOf(place);
    await this.#db
      .deleteFrom('subscriber')
      .where('username', '=', username)
      .where('domain', '=', this.#config.trunk.domain)
      .execute()
      .catch(databaseFault);
    await this.#unregister(username, await authorityOf(this.#config));
  }

  close(): Promise<void> {
    return this.#db.destroy();
  }

  /** Once nobody can register by it any more: what was registered, first in memory, which else may be written to the table again. */
  async #unregister(username: string, ca: string | null): Promise<void> {
    const { control, trunk } = this.#config;
    const told = await Promise.allSettled(control.map((url) => unregister(url, `${username}@${trunk.domain}`, ca)));
    await this.#db
      .deleteFrom('location')
      .where('username', 'in', [username, username.toLowerCase()])
      .where((is) =>
        is.or([is('domain', 'is', null), is('domain', 'in', ['', trunk.domain, trunk.domain.toLowerCase()])]),
      )
      .execute()
      .catch(databaseFault);
    for (const each of told) if (each.status === 'rejected') throw each.reason;
  }
}
