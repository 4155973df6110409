import type { Authority } from '../certificates/authority.ts';
import type { BrokerAccountsConfig } from './config.ts';
import { MosquittoAccounts } from './mosquitto.ts';
import type { BrokerAccounts } from './port.ts';

/** The broker as the platform itself reaches it, and its account for accounts. */
interface Configured {
  readonly url: string;
  readonly ca?: string | undefined;
  readonly accounts?: BrokerAccountsConfig | undefined;
}

/** The accounts of phones at the broker that is configured; null where they are given by hand. */
export function openBroker({ url, ca, accounts }: Configured, authority: Authority | null): BrokerAccounts | null {
  if (accounts === undefined || authority === null) return null;
  const { username, password, phones, certificates } = accounts;
  return new MosquittoAccounts({ url, ca, username, password }, { url: phones, ca, authority, life: certificates });
}
