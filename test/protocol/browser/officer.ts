import { KeyRequest, verifyKeySet } from '../../../src/protocol/key-set.ts';
import { OrderPublicKey, RootPublicKey } from '../../../src/protocol/keys.ts';
import { LockdownOrder } from '../../../src/protocol/lockdown.ts';
import { SignatureError, signCommand, signOrder } from '../../../src/protocol/signing.ts';

type Pair = Extract<Awaited<ReturnType<typeof crypto.subtle.generateKey>>, { privateKey: unknown }>;

/** What is done in the browser of an officer: a key is made there that cannot be taken out, and orders are signed with it. */
const officer = {
  key: null as Pair | null,
  async make(kid: string) {
    this.key = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as Pair;
    const { kty, crv, x } = await crypto.subtle.exportKey('jwk', this.key.publicKey);
    return OrderPublicKey.parse({ kty, crv, x, kid });
  },
  /** Why the private key cannot be taken out. */
  async takeOut() {
    if (this.key === null) throw new Error('no key was made');
    return crypto.subtle.exportKey('jwk', this.key.privateKey).then(
      () => 'taken out',
      (error: Error) => error.name,
    );
  },
  async sign(order: unknown, kid: string) {
    if (this.key === null) throw new Error('no key was made');
    return signOrder(LockdownOrder.parse(order), { kid, held: this.key.privateKey });
  },
  async command(order: Parameters<typeof signCommand>[0]) {
    if (this.key === null) throw new Error('no key was made');
    return signCommand(order, { kid: order.issuer, held: this.key.privateKey });
  },
  /** What the page gives to be added to the set. */
  async ask(kid: string) {
    const may = [{ to: 'orders', over: { kind: 'facility' } }];
    return KeyRequest.parse({ facility: 'county', key: await this.make(kid), name: 'J. Alvarez', may, by: kid });
  },
  /** The issuers of a set, as the page reads it; or why it is not to be believed. */
  async read(jws: string, root: unknown) {
    try {
      return (await verifyKeySet(jws, RootPublicKey.parse(root))).keys.map(({ key }) => key.kid);
    } catch (error) {
      return error instanceof SignatureError ? error.message : String(error);
    }
  },
};

Object.assign(globalThis, { officer });
