import { addressesIn, portOf, userOf } from '../wire/name-addr.ts';

/** One binding of an account, as its registrar tells of it (RFC 3261 10.3). */
export interface Binding {
  /** `+sip.instance` (RFC 5626), without its brackets; null where it has none. */
  readonly instance: string | null;
  readonly uri: string;
  /** Seconds left of it; null where it does not say. */
  readonly expires: number | null;
}

/** What of a binding is ours. */
export interface Own {
  readonly instance: string;
  readonly user: string;
  readonly host: string;
  readonly port: number | undefined;
}

/** The bindings that Contact headers tell of; what is none is left out. */
export function bindingsIn(contacts: readonly string[]): Binding[] {
  return contacts.flatMap(addressesIn).map(({ uri, params }) => {
    const expires = params.get('expires') ?? '';
    return {
      instance:
        params
          .get('+sip.instance')
          ?.replace(/[<>\\]/g, '')
          .toLowerCase() ?? null,
      uri,
      expires: /^\d{1,9}$/.test(expires) ? Number(expires) : null,
    };
  });
}

/**
 * Seconds granted to our binding; null where nothing is said of it. A registrar behind a router's eyes writes our Contact anew, so it is
 * ours by instance, as it was sent, by its port, or because it is the only one. Of bindings of which any may be ours, the shortest counts.
 */
export function grantedTo(own: Own, bindings: readonly Binding[]): number | null {
  const { instance, user, host, port } = own;
  const ofUser = bindings.filter(({ uri }) => userOf(uri) === user);
  const candidates = [
    bindings.filter((binding) => binding.instance === instance.toLowerCase()),
    ofUser.filter(({ uri }) => uri.toLowerCase().includes(`@${host.toLowerCase()}:${port}`)),
    ofUser.filter(({ uri }) => portOf(uri) === port),
    bindings,
  ].find(({ length }) => length > 0);
  const granted = (candidates ?? []).flatMap(({ expires }) => (expires !== null && expires > 0 ? expires : []));
  return granted.length > 0 ? Math.min(...granted) : null;
}
