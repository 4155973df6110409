import { readFile } from 'node:fs/promises';
import type { TerminalPublicKey } from '../../../protocol/keys.ts';
import type { Voucher } from '../../../protocol/voucher.ts';
import type { MqttConfig } from '../../config.ts';
import type { BrokerAccounts } from '../broker/port.ts';
import type { ExchangeAccounts, PhonePlace } from '../exchange/port.ts';
import type { PhoneAccounts } from './accounts.ts';

type Broker = Pick<BrokerAccounts, 'revoke'> &
  Pick<PhoneAccounts, 'certify'> & {
    give(place: PhonePlace, key: TerminalPublicKey): Promise<Voucher['mqtt']>;
  };

/** The broker where each phone has an account of its own, by a certificate for its key. */
export const brokerOfEach = (accounts: BrokerAccounts): Broker => ({
  give: async (place, key) => {
    const { ca, ...login } = await accounts.give(place, key);
    return { ...login, ca: ca ?? null, insecure: false, password: null };
  },
  certify: async (place, key) => {
    const { certificate, ca = null } = await accounts.certify(place, key);
    return { certificate, ca };
  },
  revoke: (place, key) => accounts.revoke(place, key),
});

/** The broker as the platform reaches it, where it knows no accounts. */
export async function brokerOfAll({ url, ca, insecure }: Pick<MqttConfig, 'url' | 'ca' | 'insecure'>): Promise<Broker> {
  const authority = ca === undefined ? null : await readFile(ca, 'utf8');
  const way = { url, insecure: insecure === true, ca: authority };
  return {
    give: async () => ({ ...way, username: null, password: null, certificate: null }),
    certify: async () => null,
    revoke: async () => undefined,
  };
}

/** The accounts of phones at broker and exchange, as far as the platform gives them. */
export function accountsOutside(broker: Broker, exchange: ExchangeAccounts | null): PhoneAccounts {
  return {
    give: async (place, key) => ({
      mqtt: await broker.give(place, key),
      sip: exchange === null ? null : await exchange.give(place),
    }),
    certify: (place, key) => broker.certify(place, key),
    revoke: async (place, thumbprint) => {
      await broker.revoke(place, { kid: thumbprint });
      await exchange?.revoke(place);
    },
  };
}
