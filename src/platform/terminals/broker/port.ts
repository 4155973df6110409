import type { BrokerLogin } from '../../../protocol/broker.ts';
import type { TerminalPublicKey } from '../../../protocol/keys.ts';
import type { PhonePlace } from '../exchange/port.ts';

/** The accounts that phones have at the broker. Each deed may be done again, and is to be where it failed: half of it may have been done. */
export interface BrokerAccounts {
  /**
   * Gives the phone that has this key an account with the rights of the place and no others; where it has one, its rights are brought to that.
   * An account that was made for the place by hand goes. Each time there is a new certificate.
   * @throws BrokerError
   */
  give(place: PhonePlace, key: TerminalPublicKey): Promise<BrokerLogin>;
  /**
   * A new certificate for the account of this key. The broker is not asked: where it has no such account, the certificate lets nobody do anything.
   * @throws BrokerError
   */
  certify(place: Omit<PhonePlace, 'unit'>, key: TerminalPublicKey): Promise<BrokerLogin>;
  /**
   * Takes the account of this key, and one that was made for the place by hand: whoever is there by it is put out, and when this resolves has
   * no right that his certificate would give him.
   * @throws BrokerError
   */
  revoke(place: Omit<PhonePlace, 'unit'>, key: Pick<TerminalPublicKey, 'kid'>): Promise<void>;
  /** What a message is under way for is waited for; the rest is refused. */
  close(): Promise<void>;
}

/** The broker does not do what is asked: in a line, with what to do. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';
}
