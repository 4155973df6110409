const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Why a request is turned away, or null where it may pass. The page has no password, so only this
 * machine may speak to it: the Host header must be a loopback name (a site that resolves its own
 * name to 127.0.0.1 is caught here), and where a browser names the origin of the request it must be
 * that same host and port (RFC 6455 section 10.2).
 */
export function turnedAway(host: string | undefined, origin: string | undefined): string | null {
  if (!host || !LOOPBACK.has(host.replace(/:\d+$/, ''))) {
    return `this page answers to 127.0.0.1 and localhost only, not to "${(host ?? '').slice(0, 80)}"`;
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return `only the page itself may use this address, not a page from "${origin.slice(0, 80)}"`;
  }
  return null;
}
