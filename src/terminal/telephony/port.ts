import type { Observable } from 'rxjs';

/** Whether a call can go out, over all trunks: registered where one is, unregistered where none is. */
export type RegistrationState = 'registered' | 'unregistered' | 'not-used';

/** How a call was, or was asked to be, sent elsewhere. None of them is followed. */
export type Redirection =
  /** 181 Call Is Being Forwarded. */
  | 'forwarding'
  /** History-Info (RFC 7044) in a response. */
  | 'history'
  /** Diversion (RFC 5806) in a response. */
  | 'diversion'
  /** A 3xx, which ended the call. */
  | 'moved'
  /** REFER inside the call, refused. */
  | 'transfer';

/**
 * What is told, each at once when it is known. Of one call, in this order: ringing and redirected any number of times; then
 * answered, or dial-failed; after answered hold, far-digit and redirected any number of times; then far-ended. Nothing after
 * dial-failed or far-ended, and nothing after `hangUp`, not even that the call is over.
 */
export type TelephonyEvent =
  /** Changes of what all trunks together can do. */
  | { type: 'registration'; state: RegistrationState; detail: string }
  /** A trunk can be used, or not: it is passed over while it is down. */
  | { type: 'trunk'; trunk: string; state: 'up' | 'down'; detail: string }
  /** A provisional response came that is neither 100 nor 181 nor 199: the far end, or something before it, is being called. */
  | { type: 'ringing'; call: string }
  /** `to` is the user part of the new target, or null where none was named. Each is told once a call, and 16 at most. */
  | { type: 'redirected'; call: string; how: Redirection; to: string | null }
  /** A 2xx came and was acknowledged. Media is connected already. */
  | { type: 'answered'; call: string }
  /** The far end wants none of our sound for now (true), or again. Told of changes only; a call starts out not held. */
  | { type: 'hold'; call: string; held: boolean }
  /** A key the far end sent by INFO (application/dtmf-relay or application/dtmf): 0-9 * #. Once, however often it was repeated. */
  | { type: 'far-digit'; call: string; digit: string }
  /**
   * It came to nothing, and media is released. Busy: 486, 600. Unreachable: 404, 408, 410, 414, 416, 480, 484, 485, 604 and
   * every 3xx. Network: every 5xx, no answer at all, no trunk, no media of ours, and an answer we cannot talk by (`sip` is
   * then 488, and the far end was told BYE). Rejected: every other final response. `sip` is the status the far end sent; null
   * where it sent none.
   */
  | { type: 'dial-failed'; call: string; failure: 'busy' | 'rejected' | 'unreachable' | 'network'; sip: number | null }
  /** The far end has hung up, or was found to be gone; media is released. */
  | { type: 'far-ended'; call: string }
  /** Something hostile or broken came in: counted and dropped. */
  | { type: 'malformed'; detail: string };

/**
 * The SIP side of a terminal: its trunks, outgoing calls only (PJSUA2: Account and Call).
 * Incoming INVITEs are answered 403, OPTIONS 200; a REFER inside a call is refused, a 3xx not followed. A call is named by
 * the caller of this port, so events of a call that is over are told from the next one's.
 */
export interface Telephony {
  /**
   * Told to every subscriber, from when he subscribes; first the state of the registration, once there is one.
   * Completes with `close`.
   */
  readonly events: Observable<TelephonyEvent>;
  /**
   * Sends an INVITE to `number` (E.164), by the first trunk that shows life: one that gives no sign of it for 2 s, or
   * answers 503, is passed over as long as nothing has rung. Outcome comes as events. Media is opened before the INVITE and
   * connected with the 2xx, never with a provisional response: nobody is heard who has not answered. No effect where a call of
   * that name is up, or after `close`.
   */
  dial(call: string, number: string, options: CallOptions): void;
  /**
   * CANCEL before the final answer, BYE after it, also when the two cross. Media is released at once; what the far end
   * still has to be told goes on behind it. No effect on a call that is over or unknown.
   */
  hangUp(call: string): void;
  /** Asks each trunk whether it is alive (OPTIONS), and tells what is known of it. Resolves in bounded time. */
  probe(): Promise<readonly TrunkHealth[]>;
  /** Ends what is up, unregisters, closes the sockets. Resolves in bounded time, whatever far ends do not answer. */
  close(): Promise<void>;
}

/** How one trunk is. */
export interface TrunkHealth {
  trunk: string;
  /** Calls can go out by it, as far as is known. */
  up: boolean;
  /** What was last known of it, one line. */
  detail: string;
  /** Time to its answer to OPTIONS, ms; null where it gave none, as some servers do that take calls. */
  answer: number | null;
}

/** What holds for all of a call from its start. */
export interface CallOptions {
  /** Its sound is given to no tap, whoever asks. */
  privileged: boolean;
  /** No log tells of it, whatever happens to it. */
  hidden?: true;
}

export type Codec = 'PCMU' | 'PCMA' | 'G722' | 'opus';

/** A codec and the payload type by which its packets are known. */
export interface Format {
  codec: Codec;
  payloadType: number;
}

/** telephone-event (RFC 4733) under a payload type. */
export interface DigitFormat {
  payloadType: number;
  /** Ticks of its timestamps and durations, Hz: 8,000, or the clock of the codec beside it. */
  clock: number;
}

/** Crypto suites of RFC 4568 section 6.2 and RFC 7714 section 14.2. */
export type SrtpSuite = 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32' | 'AEAD_AES_256_GCM';

/** SDES keys of a call: master key and salt, one after the other as `inline:` has them, for each way. */
export interface SrtpKeys {
  suite: SrtpSuite;
  /** Ours, which protects what we send. */
  send: Uint8Array;
  /** The far end's. */
  receive: Uint8Array;
}

/** Where and how the far end takes its media, as its SDP says. */
export interface RemoteMedia {
  address: string;
  port: number;
  /** Where it takes RTCP: `port` itself where the two share one (RFC 5761); null where it takes none. */
  rtcpPort: number | null;
  /** What we send, by the far end's number. */
  format: Format;
  /** All that the far end may send us, by our numbers and by its own (RFC 3264 5.1). */
  receives: readonly Format[];
  /** What we send keys as, by the far end's number; null where it takes no telephone-event. */
  digits: DigitFormat | null;
  /** What it may send keys as, by our numbers and by its own. */
  receivesDigits: readonly DigitFormat[];
  /** Packet time to send at, ms: 10, 20, 30, 40 or 60. */
  ptime: number;
  /** As the far end says it of itself: at `sendonly` and `inactive` it wants nothing from us (hold). */
  direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
  /** Null: plain RTP. */
  srtp: SrtpKeys | null;
}

/**
 * What signalling needs of media. One session a call: opened once, connected any number of times, released. Where another
 * trunk is reached from another address, the session is released and opened anew before anything was connected.
 */
export interface MediaSessions {
  /**
   * Binds RTP on `address`, and RTCP on the port after; resolves with the port of RTP, which is even. Rejects where none can
   * be had. May be released before it resolves.
   */
  open(call: string, address: string, options: CallOptions): Promise<number>;
  /** Starts sending, or changes where and how; before `answered` is told, and never after `release`. */
  connect(call: string, remote: RemoteMedia): void;
  /** Ends and frees; harmless when repeated, or of a call that has none. */
  release(call: string): void;
}
