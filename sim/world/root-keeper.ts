import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { readYaml } from '../../src/cli/file.ts';
import { makeRoot } from '../../src/cli/keyset.ts';
import type { Platform } from '../../src/platform/main.ts';
import { KeySet, type KeySetEntry, type Permit, signKeySet } from '../../src/protocol/key-set.ts';
import { type OrderPrivateKey, RootPrivateKey } from '../../src/protocol/keys.ts';
import { FACILITY } from './folder.ts';

type Desk = Platform['desk'];

const ALL: Permit[] = [
  { to: 'orders', over: { kind: 'facility' } },
  { to: 'commands', over: { kind: 'facility' } },
];
/** Keys that are asked for are signed so soon, ms. */
const EVERY = 500;

/** The site's root key in a folder, which is made where it is missing. */
export async function rootKeyIn(folder: string): Promise<RootPrivateKey> {
  const file = join(folder, 'root.key.json');
  if (!existsSync(file)) await makeRoot(folder);
  return readYaml(file, RootPrivateKey);
}

/**
 * Who keeps the site's root key. Here he signs whatever key is asked for, at once, so that anybody can try the control room; at a site the
 * key lies on a computer on no network, and somebody looks at whose key he signs.
 */
export class RootKeeper {
  readonly #root: RootPrivateKey;
  readonly #timer: NodeJS.Timeout;

  /** `desk`: that of the platform that runs now; null while none does. */
  constructor(root: RootPrivateKey, desk: () => Desk | null, log: Logger) {
    this.#root = root;
    let busy = false;
    this.#timer = setInterval(() => {
      const now = desk();
      if (!now || busy) return;
      busy = true;
      this.#signAsked(now)
        .catch((error: unknown) => log.warn({ err: error }, 'keys that were asked for could not be signed'))
        .finally(() => {
          busy = false;
        });
    }, EVERY);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Has the key of the simulator's own staff count, where no set is in force yet. Says whether that was so. */
  static async begin(desk: Desk, root: RootPrivateKey, { d: _, ...key }: OrderPrivateKey): Promise<boolean> {
    if (desk.keySetOf(FACILITY).sequence > 0) return false;
    await sign(desk, root, [{ key, name: 'Control room of the simulator', may: ALL, until: null }]);
    return true;
  }

  async #signAsked(desk: Desk): Promise<void> {
    const asked = await desk.asked(FACILITY);
    if (asked.length === 0) return;
    const wanted = asked.map(({ request: { key, name, may } }) => ({ key, name, may, until: null }));
    const isAsked = (kid: string) => wanted.some(({ key }) => key.kid === kid);
    const before = desk.keySetOf(FACILITY).keys.filter(({ key, revoked }) => revoked === null && !isAsked(key.kid));
    const kept = before.map(({ key, name, may, until }) => ({ key, name, may, until }));
    await sign(desk, this.#root, [...kept, ...wanted]);
  }
}

async function sign(desk: Desk, root: RootPrivateKey, keys: readonly KeySetEntry[]): Promise<void> {
  const sequence = desk.keySetOf(FACILITY).sequence + 1;
  const set = KeySet.parse({ facility: FACILITY, sequence, since: Date.now(), keys });
  await desk.takeKeySet(FACILITY, await signKeySet(set, root));
}
