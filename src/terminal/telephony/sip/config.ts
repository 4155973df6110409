import type { Codec } from '../port.ts';

/** The SIP account of a terminal; what `sip:` of its configuration says. */
export interface AccountConfig {
  /** Domain of the account and of the numbers called. */
  readonly domain: string;
  /** Where requests outside a dialog are sent. */
  readonly server: { readonly host: string; readonly port: number };
  readonly user: string;
  readonly password?: string | undefined;
  readonly register: boolean;
  /** Seconds asked for in REGISTER. */
  readonly expires: number;
  /** Local address and port; address 0.0.0.0 is any, port 0 a free one. */
  readonly local: { readonly address: string; readonly port: number };
  /** In the order we like them. */
  readonly codecs: readonly Codec[];
}

/** Where lines for technicians go; pino fits. */
export interface Log {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}

/** An address and port of the transport, IP literal. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}
