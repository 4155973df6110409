import type { TerminalPublicKey } from '../../../protocol/keys.ts';
import type { Renewed } from '../../../protocol/renewal.ts';
import type { Voucher } from '../../../protocol/voucher.ts';
import type { Asker } from '../../context.ts';
import type { PhonePlace } from '../exchange/port.ts';

/** A certificate, and the authority of the broker's own, PEM; that is null where it is one of the system's. */
export type Certified = Pick<Renewed, 'certificate' | 'ca'>;

/** Accounts of phones outside of the platform. Both may be asked again for what is done already. */
export interface PhoneAccounts {
  /** Accounts of a place for the box that has this key, and for no other. */
  give(place: PhonePlace, key: TerminalPublicKey): Promise<Pick<Voucher, 'mqtt' | 'sip'>>;
  /** A new certificate for the account that this key has at the broker, which is not asked; null where phones have none. */
  certify(place: Asker, key: TerminalPublicKey): Promise<Certified | null>;
  /** What the box of this key had in a place is dead: who is in is put out. */
  revoke(place: Asker, thumbprint: string): Promise<void>;
}
