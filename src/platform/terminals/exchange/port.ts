import type { ExchangeLogin } from '../../../protocol/trunk.ts';
import type { FacilityId, TerminalId, UnitId } from '../../../protocol/units.ts';

/** The place of a phone, whose account at the exchange it is. */
export interface PhonePlace {
  readonly facility: FacilityId;
  readonly unit: UnitId;
  readonly terminal: TerminalId;
}

/**
 * The accounts that phones have at an exchange. Each deed may be done again, and is to be where it failed: half of it may have been done.
 */
export interface ExchangeAccounts {
  /**
   * Gives the phone of a place an account of its own, or a new password in place of the one it has: that, and what was registered by it, is dead
   * when this resolves. Of two given at once for one place the password of one counts.
   * @throws ExchangeError
   */
  give(place: PhonePlace): Promise<ExchangeLogin>;
  /**
   * Takes the account of a place away, and what was registered by it: neither registration nor call is to be had by it when this resolves. Where there is none nothing happens.
   * @throws ExchangeError
   */
  revoke(place: Omit<PhonePlace, 'unit'>): Promise<void>;
  /** Nothing is given or taken any more; what is under way is waited for. */
  close(): Promise<void>;
}

/** The exchange, or where its accounts are kept, does not do what is asked: in a line, with what to do. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
}
