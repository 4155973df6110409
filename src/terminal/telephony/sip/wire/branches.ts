import { randomBytes } from 'node:crypto';
import { Core } from 'sip.js';

/**
 * Makes SIP.js draw branches that are unique and that nobody guesses (RFC 3261 8.1.1.7). Its own are out of ten million, and what it
 * and `retransmission.ts` know of a transaction hangs on its branch for 64 T1: of two that have the same, the answer to the second
 * is taken for the answer to the first come again, and is neither told nor acknowledged.
 */
export function drawBranches(): void {
  Object.assign(Core.ClientTransaction, { makeId: branchOf });
}

/** The branch of a request that is about to be sent; a CANCEL has that of what it cancels (9.1). */
function branchOf(request: Core.OutgoingRequestMessage): string {
  if (request.method === 'CANCEL' && request.branch !== undefined) return request.branch;
  return `z9hG4bK${randomBytes(12).toString('hex')}`;
}
