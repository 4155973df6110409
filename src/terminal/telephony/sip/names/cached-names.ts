import type { Address, Names } from './names.ts';

/** Times of the cache, ms. */
const SHORTEST = 30_000;
const LONGEST = 3_600_000;
/** For records of which the system does not tell how long they hold. */
const USUAL = 300_000;
/** What is older than this is not used without asking. */
const STALE = 86_400_000;
const MOST = 200;

interface Known {
  /** The last good answer. */
  value: unknown;
  /** When that was, and until when it holds. */
  at: number;
  until: number;
  asking: Promise<unknown> | null;
}

/**
 * Remembers what names stand for. An answer that no longer holds is given once more while it is asked for anew, so that no
 * call waits for a name server, and one that is gone takes no trunk with it (RFC 8767). `now` is in ms.
 */
export function cachedNames(names: Names, now: () => number = () => performance.now()): Names {
  const known = new Map<string, Known>();

  async function ask<T>(key: string, question: () => Promise<readonly T[]>, ttl: (answer: readonly T[]) => number) {
    const entry = known.get(key) ?? { value: null, at: 0, until: 0, asking: null };
    if (!known.has(key) && known.size >= MOST) known.delete([...known.keys()][0] ?? '');
    known.set(key, entry);
    const usable = entry.value !== null && now() - entry.at < STALE;
    if (usable && now() < entry.until) return entry.value as readonly T[];
    entry.asking ??= question().then(
      (answer) => {
        entry.asking = null;
        Object.assign(entry, { value: answer, at: now(), until: now() + ttl(answer) });
        return answer;
      },
      (error: unknown) => {
        entry.asking = null;
        entry.until = now() + SHORTEST;
        throw error;
      },
    );
    if (!usable) return entry.asking as Promise<readonly T[]>;
    // Its failure leaves what we have; nobody waits for it.
    entry.asking.catch(() => undefined);
    return entry.value as readonly T[];
  }

  const usual = (answer: readonly unknown[]) => (answer.length === 0 ? SHORTEST : USUAL);
  return {
    naptr: (domain) => ask(`naptr ${domain}`, () => names.naptr(domain), usual),
    srv: (name) => ask(`srv ${name}`, () => names.srv(name), usual),
    addresses: (host, family) => ask(`${family} ${host}`, () => names.addresses(host, family), holds),
  };
}

function holds(addresses: readonly Address[]): number {
  if (addresses.length === 0) return SHORTEST;
  const shortest = Math.min(...addresses.map(({ ttl }) => (ttl === null ? USUAL : ttl * 1_000)));
  return Math.min(Math.max(shortest, SHORTEST), LONGEST);
}
