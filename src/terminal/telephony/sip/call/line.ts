import type { Core, UserAgent } from 'sip.js';
import type { SrtpPolicy } from '../sdp/sdes.ts';

/** A trunk as one call sees it, while it tries to go out by it. */
export interface Line {
  /** Name of the trunk. */
  readonly name: string;
  readonly userAgent: UserAgent;
  /** Its signalling is encrypted: keys may be told in it. */
  readonly secure: boolean;
  /** Encryption of media by this trunk, whatever the account says. */
  readonly srtp?: SrtpPolicy | undefined;
  /** IP of our media, as that trunk reaches it. */
  readonly address: string;
  /** Where an INVITE for `number` (E.164) goes. */
  target(number: string): Core.URI;
  /** Who calls: the From, and further headers of the INVITE (P-Asserted-Identity and what the trunk wants beside it). */
  readonly from: { readonly uri: Core.URI; readonly displayName: string };
  readonly headers: readonly string[];
  /** It gave no sign of life, or a 503: it is passed over for a while. */
  failed(detail: string): void;
}
