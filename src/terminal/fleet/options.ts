import type { Logger } from 'pino';
import type { OrderKeys, PlatformKeys, RootPublicKey } from '../../protocol/keys.ts';
import type { FacilityId, Instant, Millis, TerminalId, UnitId } from '../../protocol/units.ts';
import type { Journal } from '../storage/port.ts';

/** Whose orders are obeyed: those of these keys, or of the keys that the site's root key says. */
export type Trusted = { readonly orders: OrderKeys } | { readonly root: RootPublicKey };

/** By what a phone is known at the broker that has a certificate for its own key. */
export interface ClientCertificate {
  /** As they are now (PEM, themselves), read at each connection; `ca` is the broker's authority, where it is not one of the system's. */
  read(): { readonly cert: string; readonly key: string; readonly ca?: string };
  /** What became of a connection: `refused` where one of the two did not believe the other's certificate. */
  tried(outcome: 'up' | 'lost' | 'refused'): void;
}

/** What the link of one terminal needs. */
export interface FleetOptions {
  readonly facility: FacilityId;
  readonly unit: UnitId;
  readonly terminal: TerminalId;
  readonly mqtt: {
    readonly url: string;
    readonly username?: string | undefined;
    readonly password?: string | undefined;
    /** In place of a password. */
    readonly certificate?: ClientCertificate | undefined;
    /** File (PEM) of the broker's authority. */
    readonly ca?: string | undefined;
  };
  readonly keys: Trusted & {
    /** To seal PINs to the platform, and to know its replies. */
    readonly platform: PlatformKeys;
  };
  /** Where the records to be delivered come from. */
  readonly journal: Journal;
  /** Folder for the link's own documents: birth number, orders in force, records the platform rejected. */
  readonly folder: string;
  /** An answer of the platform that takes longer is none. */
  readonly replyTimeout: Millis;
  readonly now: () => Instant;
  /** A clock that nobody sets, ms; the system's where not given. */
  readonly monotonic?: () => number;
  readonly log: Logger;
}
