import type { TerminalPublicKey } from '../../../protocol/keys.ts';
import type { Voucher } from '../../../protocol/voucher.ts';
import type { Asker } from '../../context.ts';
import type { PhonePlace } from '../exchange/port.ts';

/** Accounts of phones outside of the platform. Both may be asked again for what is done already. */
export interface PhoneAccounts {
  /** Accounts of a place for the box that has this key, and for no other. */
  give(place: PhonePlace, key: TerminalPublicKey): Promise<Pick<Voucher, 'mqtt' | 'sip'>>;
  /** What the box of this key had in a place is dead: who is in is put out. */
  revoke(place: Asker, thumbprint: string): Promise<void>;
}
