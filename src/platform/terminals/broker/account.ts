import { accountOfKey } from '../../../protocol/phone-certificate.ts';
import type { PhonePlace } from '../exchange/port.ts';
import type { Right } from './dynamic-security.ts';
import { rightsOfPhone, rightsOfUnit } from './rights.ts';

/** Rights by a name: of one account, by its name, or of several. */
export interface Role {
  readonly name: string;
  readonly rights: readonly Right[];
}

/** An account as the broker is to have it. Its name is the one client id by which its owner may come. */
export interface Account {
  readonly name: string;
  /** For people who look at the broker's accounts. */
  readonly text?: string;
  /** Of one that is made by hand; others come with a certificate. */
  readonly password?: string;
  readonly roles: readonly Role[];
}

/** The name of a place's account that is made by hand, with a password. */
export const accountOfPlace = ({ facility, terminal }: Omit<PhonePlace, 'unit'>): string =>
  `terminal/${facility}/${terminal}`;

/** The account of a place's phone: by the phone's key where it has a certificate, else by the place. */
export function accountOfPhone(place: PhonePlace, kid?: string): Account {
  const { facility, unit, terminal } = place;
  const name = kid === undefined ? accountOfPlace(place) : accountOfKey(kid);
  return {
    ...{ name, text: accountOfPlace(place) },
    roles: [
      { name, rights: rightsOfPhone(facility, terminal) },
      { name: `unit/${facility}/${unit}`, rights: rightsOfUnit(facility, unit) },
    ],
  };
}

/** An account whose rights nobody shares. */
export const accountOf = (name: string, rights: readonly Right[]): Account => ({ name, roles: [{ name, rights }] });
