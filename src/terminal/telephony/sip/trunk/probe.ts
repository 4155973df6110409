import type { Core, UserAgent } from 'sip.js';

/**
 * Asks the trunk's server whether it is alive (OPTIONS, RFC 3261 11). Resolves with null for any answer but 503 and 408, else
 * with what was wrong. `patience` is ms.
 */
export function probe(userAgent: UserAgent, patience: number): Promise<string | null> {
  const core = userAgent.userAgentCore;
  const server = userAgent.configuration.uri.clone();
  server.user = undefined;
  const { aor } = core.configuration;
  const message = core.makeOutgoingRequestMessage('OPTIONS', server, aor, server, {}, []);
  return new Promise((resolve) => {
    const over = (detail: string | null) => {
      clearTimeout(timer);
      request.dispose();
      resolve(detail);
    };
    const answered = ({ message: { statusCode, reasonPhrase, data } }: Core.IncomingResponse) => {
      // SIP.js makes up a 408 or 503 where nothing came; only a real one has a text.
      const real = typeof data === 'string';
      if (!real) over('no answer to OPTIONS');
      else over(statusCode === 503 || statusCode === 408 ? `${statusCode} ${reasonPhrase ?? ''}`.trim() : null);
    };
    const timer = setTimeout(() => over('no answer to OPTIONS'), patience).unref();
    const request = core.request(message, { onAccept: answered, onReject: answered, onRedirect: answered });
  });
}
