import type { Codec } from '../port.ts';

/** One way out: an account at a carrier or exchange. */
export interface TrunkConfig {
  /** Names it in events and logs. */
  readonly name: string;
  /** Domain of the account and of the numbers called. */
  readonly domain: string;
  /** Where requests outside a dialog are sent. Without a port it is looked up by NAPTR and SRV (RFC 3263). */
  readonly server: { readonly host: string; readonly port?: number | undefined };
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Encryption of media by this trunk; where not given, as the account says. */
  readonly srtp?: 'off' | 'preferred' | 'required' | undefined;
  readonly user: string;
  readonly password?: string | undefined;
  /** The realm whose challenges are answered; where not given, the registrar's, or the first that the trunk asks by. */
  readonly realm?: string | undefined;
  readonly register: boolean;
  /** Seconds asked for in REGISTER. */
  readonly expires: number;
  /** Lower goes first. */
  readonly priority: number;
  /** Share of the calls among trunks of one priority. */
  readonly weight: number;
  /** Seconds between keep-alives; 0 sends none. */
  readonly keepAlive: number;
  /** By line ends (RFC 5626 3.5.1) or by OPTIONS; where not given, `keepAliveBy` of keep-alive.ts decides. */
  readonly keepAliveBy?: 'crlf' | 'options' | undefined;
  readonly identity: IdentityConfig;
}

/** Who calls, as the trunk wants to be told. */
interface IdentityConfig {
  /** User part of From and P-Asserted-Identity; the account's where not given. */
  readonly user?: string | undefined;
  /** Display name. */
  readonly name?: string | undefined;
  /** Whether P-Asserted-Identity (RFC 3325) is sent. */
  readonly asserted: boolean;
  /** Originating line information (ANI II digits), as 29 for a prison. */
  readonly oli?: number | undefined;
}

/** Files for TLS, as paths; read at each connection, so that a renewed certificate needs no restart. */
export interface TlsConfig {
  /** Certificates (PEM) that are trusted in place of the system's. */
  readonly ca?: string | undefined;
  /** Ours (PEM), for servers that ask for one, and its key. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** The SIP side of a terminal; what `sip:` of its configuration says. */
export interface AccountConfig {
  readonly trunks: readonly TrunkConfig[];
  /** Local address and port; address 0.0.0.0 is any, port 0 a free one. A trunk after the first over UDP takes the next port. */
  readonly local: { readonly address: string; readonly port: number };
  readonly tls: TlsConfig;
  /** Encryption of media; where not given, preferred on trunks over TLS and off on others. */
  readonly srtp?: 'off' | 'preferred' | 'required' | undefined;
  /** In the order we like them. */
  readonly codecs: readonly Codec[];
  /** Session timer asked for, seconds (RFC 4028); 0 asks for none. */
  readonly sessionExpires: number;
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
