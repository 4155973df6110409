import type { Observable } from 'rxjs';

/** Registration at the trunk, as PJSUA2's AccountInfo tells it. */
export type RegistrationState = 'registered' | 'unregistered' | 'not-used';

/**
 * What a call tells, in order: ringing any number of times, then answered or failed, then ended. Nothing after failed
 * or ended, nor after `hangUp`.
 */
export type TelephonyEvent =
  | { type: 'registration'; state: RegistrationState; detail: string }
  | { type: 'ringing'; call: string }
  | { type: 'answered'; call: string }
  | { type: 'dial-failed'; call: string; failure: 'busy' | 'rejected' | 'unreachable' | 'network'; sip: number | null }
  | { type: 'far-ended'; call: string }
  /** Something hostile or broken came in: counted and dropped. */
  | { type: 'malformed'; detail: string };

/**
 * The SIP side of a terminal: one account, outgoing calls only (PJSUA2: Account and Call).
 * Incoming INVITEs are answered 403. A call is named by the caller of this port, so events of
 * a call that is over are told from the next one's.
 */
export interface Telephony {
  /** Each new subscriber is first told the state of the registration, once there is one. */
  readonly events: Observable<TelephonyEvent>;
  /** Sends an INVITE to `number` (E.164). Outcome comes as events. Media is opened before, and connected with the answer. */
  dial(call: string, number: string): void;
  /** CANCEL before the final answer, BYE after it, also when the two cross. No effect on a call that is over or unknown. */
  hangUp(call: string): void;
  /** Ends what is up, unregisters, closes the sockets. */
  close(): Promise<void>;
}

export type Codec = 'PCMU' | 'PCMA';

/** Where and how the far end takes its media, as its SDP says. */
export interface RemoteMedia {
  address: string;
  port: number;
  codec: Codec;
  /** Payload type of the codec and, where telephone-event was agreed on, of that (RFC 4733). */
  payloadType: number;
  digitPayloadType: number | null;
  /** Packet time to send at, ms: 10, 20, 30, 40 or 60. */
  ptime: number;
  /** As the far end says it of itself: at `sendonly` and `inactive` it wants nothing from us (hold). */
  direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
}

/** What signalling needs of media. One session a call. */
export interface MediaSessions {
  /** Binds RTP on `address`; resolves with the port for our SDP. Rejects where no port can be had. */
  open(call: string, address: string): Promise<number>;
  /** Starts sending, or changes where and how. */
  connect(call: string, remote: RemoteMedia): void;
  /** Ends and frees; harmless when repeated. */
  release(call: string): void;
}
