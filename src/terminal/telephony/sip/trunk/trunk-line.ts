import { Core, type UserAgent } from 'sip.js';
import type { Line } from '../call/line.ts';
import type { Peer, TrunkConfig } from '../config.ts';
import { identityOf } from './identity.ts';
import type { Reach } from './reach.ts';

/** What of a trunk a line needs. */
export interface TrunkLineOptions {
  readonly trunk: TrunkConfig;
  readonly userAgent: UserAgent;
  /** IP of our media. */
  readonly address: string;
  readonly reach: Reach;
}

/** A line by the trunk's present target, whichever that is when the call gets to it. */
export function lineOf({ trunk, userAgent, address, reach }: TrunkLineOptions): Line {
  let used: Peer | null = null;
  return {
    name: trunk.name,
    userAgent,
    secure: trunk.transport === 'tls',
    srtp: trunk.srtp,
    address,
    target: (number) => {
      used = reach.target;
      return new Core.URI('sip', number, trunk.domain);
    },
    ...identityOf(trunk),
    failed: (detail) => {
      // Not once more where another call has found it out already.
      if (used === reach.target) reach.failed(detail);
    },
  };
}
