import type { SessionDescriptionHandlerFactory } from 'sip.js';
import type { AccountConfig, Log, Peer } from '../config.ts';
import type { openLink } from '../link/open-link.ts';
import type { Pace } from '../pace.ts';
import type { Resolve } from '../wire/route.ts';
import type { WireListener } from '../wire/wire.ts';

/** What a trunk needs around it. */
export interface TrunkContext {
  readonly account: AccountConfig;
  /** Local port, where it is over UDP. */
  readonly port: number;
  readonly pace: Pace;
  readonly log: Log;
  readonly resolve: Resolve;
  /** What carries its messages. */
  readonly openLink: typeof openLink;
  /** The trunk's targets, best first (RFC 3263). Rejects where there are none. */
  locate(): Promise<readonly Peer[]>;
  readonly description: SessionDescriptionHandlerFactory;
  /** What comes for calls. */
  readonly calls: Omit<WireListener, 'deliver'>;
  /** Whether the request of a Call-ID is still to be made. */
  wanted(callId: string): boolean;
  /** Told at each change: whether calls can go out by it. */
  tell(up: boolean, detail: string): void;
}
