import { Core } from 'sip.js';
import { UnusableSdp } from '../sdp/sdp-read.ts';
import { mediaType } from '../sdp/session-body.ts';
import { header, type Message } from '../wire/message.ts';
import { addressesIn } from '../wire/name-addr.ts';
import { opaque, said, tokenOf } from '../wire/opaque.ts';
import { type Reply, writeReply } from '../wire/reply.ts';
import { ALLOW } from '../wire/wire.ts';
import { DIGIT_BODIES, digitIn } from './info-digit.ts';
import { type Redirected, transferIn } from './redirection.ts';
import type { Headers, SessionTimer } from './session-timer.ts';

/** What is asked of a call when the far end asks something inside it. */
export interface Inside {
  readonly core: Core.UserAgentCore;
  /** Our Contact, as a header value. */
  readonly contact: string;
  readonly timer: SessionTimer;
  /** The call is answered. */
  readonly talking: boolean;
  /** The answer to an offer; `early` is the far end's tag where the call is not answered. @throws UnusableSdp */
  update(sdp: string, early: string | null): string;
  redirected(redirected: Redirected): void;
  digit(digit: string): void;
}

/** What SIP.js does right. */
const LEFT = new Set(['ACK', 'BYE', 'CANCEL']);

/**
 * The response to a request inside a dialog; null where SIP.js is to answer: it does not know UPDATE (RFC 3311), serves
 * MESSAGE and follows REFER.
 */
export function answerInside(request: Message, inside: Inside): string | null {
  const dialog = dialogOf(request, inside.core);
  // It ends the call whatever its number.
  if (request.method === 'BYE' && dialog) stateOf(dialog).remoteSequenceNumber = undefined;
  if (LEFT.has(request.method)) return null;
  if (!dialog) return writeReply(request, { status: 481, reason: 'Call/Transaction Does Not Exist' });
  const unknown = unknownDemands(request);
  if (unknown.length > 0) return writeReply(request, badExtension(unknown));
  const last = dialog.remoteSequenceNumber;
  if (last !== undefined && request.cseq <= last) return writeReply(request, TOO_LATE);
  const least = isRefresh(request) ? inside.timer.refuses(headersOf(request)) : null;
  if (request.method === 'INVITE' && least === null) return null;
  // What SIP.js does not see must still be counted (RFC 3261 12.2.2).
  stateOf(dialog).remoteSequenceNumber = request.cseq;
  return writeReply(request, least === null ? replyTo(request, dialog, inside) : tooBrief(least));
}

/** Every value of a header, as one list. */
export function headersOf(message: Message): Headers {
  return (name) => {
    const values = message.headers.flatMap(([n, value]) => (n === name ? [value] : []));
    return values.length > 0 ? values.join(', ') : undefined;
  };
}

/**
 * The dialog that a request of the far end belongs to. One whose answer had no tag (RFC 3261 12.1.2) has any that its requests bring, be
 * it that of a ringing before: nobody asks anything in a dialog that was not answered when another was.
 */
export function dialogOf(request: Message, core: Core.UserAgentCore): Core.SessionDialog | undefined {
  const dialogs = [request.fromTag, null].flatMap((tag) => {
    const dialog = core.dialogs.get(`${request.callId}${request.toTag}${tokenOf(tag)}`);
    return dialog instanceof Core.SessionDialog ? [dialog] : [];
  });
  return dialogs.find(({ early }) => !early) ?? dialogs[0];
}

/** SIP.js keeps it to itself and its heirs. */
function stateOf(dialog: Core.SessionDialog): Core.DialogState {
  // biome-ignore lint/complexity/useLiteralKeys: the only way TypeScript lets us in
  return dialog['dialogState'];
}

/**
 * A re-INVITE of theirs is acknowledged. SIP.js has one timer for the repetition of every 200, leaves it on here, and at the next
 * re-INVITE, should that come within T1, goes on to repeat both, the first for ever.
 */
export function acknowledgedIn(dialog: Core.SessionDialog): void {
  // biome-ignore lint/complexity/useLiteralKeys: the only way TypeScript lets us in
  clearTimeout(dialog['invite2xxTimer']);
}

/** Extensions a request requires that we have not (RFC 3261 8.2.2.3). */
function unknownDemands(request: Message): string[] {
  const demands = (headersOf(request)('require') ?? '').split(',').map((tag) => tag.trim().toLowerCase());
  return demands.filter((tag) => tag !== '' && tag !== 'timer' && tag !== '100rel');
}

function badExtension(tags: readonly string[]): Reply {
  return { status: 420, reason: 'Bad Extension', headers: [['unsupported', tags.join(', ')]] };
}

const TOO_LATE: Reply = { status: 500, reason: 'Out Of Order' };

function isRefresh({ method }: Message): boolean {
  return method === 'INVITE' || method === 'UPDATE';
}

function tooBrief(least: number): Reply {
  return { status: 422, reason: 'Session Interval Too Small', headers: [['min-se', String(least)]] };
}

function replyTo(request: Message, dialog: Core.SessionDialog, inside: Inside): Reply {
  switch (request.method) {
    case 'UPDATE':
      return updated(request, dialog, inside);
    case 'INFO':
      return informed(request, inside);
    case 'REFER':
      // A transfer would take the caller to a number nobody has checked.
      inside.redirected(transferIn(request));
      return { status: 403, reason: 'Forbidden' };
    case 'OPTIONS':
      return {
        status: 200,
        reason: 'OK',
        headers: [
          ['allow', ALLOW],
          ['accept', 'application/sdp'],
        ],
      };
    default:
      return { status: 405, reason: 'Method Not Allowed', headers: [['allow', ALLOW]] };
  }
}

/** RFC 3311 5.2. */
function updated(request: Message, dialog: Core.SessionDialog, inside: Inside): Reply {
  let body = '';
  if (request.body !== '') {
    if (!isSdp(request))
      return { status: 415, reason: 'Unsupported Media Type', headers: [['accept', 'application/sdp']] };
    if (dialog.signalingState === Core.SignalingState.HaveRemoteOffer) {
      return { status: 500, reason: 'Offer Pending', headers: [['retry-after', '5']] };
    }
    if (dialog.signalingState !== Core.SignalingState.Stable) return { status: 491, reason: 'Request Pending' };
    try {
      body = inside.update(request.body, inside.talking ? null : request.fromTag);
    } catch (error) {
      if (!(error instanceof UnusableSdp)) throw error;
      return { status: 488, reason: 'Not Acceptable Here' };
    }
  }
  const [target] = addressesIn(header(request, 'contact') ?? '');
  const by = said(dialog.remoteTarget.toString())?.by;
  const uri = target && by ? Core.Grammar.URIParse(opaque({ uri: target.uri, by })) : undefined;
  if (uri) stateOf(dialog).remoteTarget = uri;
  return {
    status: 200,
    reason: 'OK',
    headers: [
      ['contact', inside.contact],
      ['allow', ALLOW],
      ['supported', 'timer'],
      ...inside.timer.accepts(headersOf(request)),
      ...(body === '' ? [] : [['content-type', 'application/sdp'] as const]),
    ],
    body,
  };
}

/** RFC 6086 4.2.2, and keys as they were sent before it. */
function informed(request: Message, inside: Inside): Reply {
  if (header(request, 'info-package') !== undefined) {
    return { status: 469, reason: 'Bad Info Package', headers: [['recv-info', '']] };
  }
  const digit = digitIn(request);
  if (digit === undefined && request.body !== '') {
    return { status: 415, reason: 'Unsupported Media Type', headers: [['accept', DIGIT_BODIES]] };
  }
  if (typeof digit === 'string' && inside.talking) inside.digit(digit);
  return { status: 200, reason: 'OK' };
}

function isSdp(request: Message): boolean {
  return mediaType(header(request, 'content-type')) === 'application/sdp';
}
