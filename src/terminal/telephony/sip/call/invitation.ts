import { type Core, Inviter, SessionState, type UserAgent } from 'sip.js';
import type { Log } from '../config.ts';
import type { SrtpPolicy } from '../sdp/sdes.ts';
import type { Line } from './line.ts';

/**
 * An INVITE for `number` by a line, not yet sent; with `refused` the same call once more (RFC 3261 8.1.3.5), which SIP.js
 * would make from another tag.
 */
export function invitation(
  line: Line,
  number: string,
  headers: readonly string[],
  refused: Core.OutgoingRequestMessage | null,
): Inviter {
  const inviter = new Inviter(line.userAgent, line.target(number), {
    params: {
      fromUri: line.from.uri,
      fromDisplayName: line.from.displayName,
      ...(refused ? { callId: refused.callId, cseq: refused.cseq + 1 } : {}),
    },
    extraHeaders: [...line.headers, 'Supported: 100rel, timer', ...headers],
  });
  if (refused) {
    Object.assign(inviter.request, { fromTag: refused.fromTag });
    inviter.request.setHeader('from', refused.getHeader('from') ?? '');
  }
  return inviter;
}

/** Drops a session and what it still waits for, which SIP.js would never do where a far end does not answer a CANCEL. */
export async function dropSession(inviter: Inviter): Promise<void> {
  const clients = inviter.userAgent.userAgentCore.userAgentClients;
  for (const [key, client] of clients) {
    if (client.transaction.request.callId !== inviter.request.callId) continue;
    client.dispose();
    clients.delete(key);
  }
  if (inviter.state !== SessionState.Terminated) await inviter.dispose();
}

/** Lines whose keys go over the wire for all to read. */
const warned = new WeakSet<UserAgent>();

/** The policy that holds for a line. */
export function srtpFor(line: Line, wanted: SrtpPolicy | undefined, log: Log): SrtpPolicy {
  const policy = line.srtp ?? wanted ?? (line.secure ? 'preferred' : 'off');
  if (policy !== 'off' && !line.secure && !warned.has(line.userAgent)) {
    warned.add(line.userAgent);
    log.warn({ trunk: line.name }, 'keys of SRTP go over a trunk that is not encrypted; use TLS');
  }
  return policy;
}
