import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

/** What an authenticator says of itself when it signs (WebAuthn section 6.1). */
interface Ways {
  /** It has asked who holds it. */
  readonly verified?: boolean;
  /** The page that asked, as its browser says. */
  readonly origin?: string;
  /** The name of the site that it is signed for. */
  readonly site?: string;
  readonly count?: number;
  readonly type?: string;
}

interface Asked {
  readonly challenge: string;
}

/** A passkey in software, with the browser that it is in: it signs what it is told to, lies included. */
export class Authenticator {
  readonly id = randomBytes(32).toString('base64url');
  readonly #key: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #origin: string;
  #handle = '';
  count = 0;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Makes the passkey that is asked for (RegistrationResponseJSON). */
  make(asked: Asked & { readonly user: { readonly id: string } }, ways: Ways = {}) {
    this.#handle = asked.user.id;
    const { x = '', y = '' } = this.#key.publicKey.export({ format: 'jwk' });
    const cose = new Map<number, number | Uint8Array<ArrayBuffer>>([
      ...([
        [1, 2],
        [3, -7],
        [-1, 1],
      ] as const),
      ...([
        [-2, bytes(x)],
        [-3, bytes(y)],
      ] as const),
    ]);
    const id = Buffer.from(this.id, 'base64url');
    const length = Buffer.from([id.length >> 8, id.length & 255]);
    const authData = Buffer.concat([this.#head(0x40, ways), Buffer.alloc(16), length, id, isoCBOR.encode(cose)]);
    const attestation = new Map<string, string | Map<string, string> | Uint8Array<ArrayBuffer>>([
      ['fmt', 'none'],
      ['attStmt', new Map<string, string>()],
      ['authData', new Uint8Array(authData)],
    ]);
    const attestationObject = Buffer.from(isoCBOR.encode(attestation)).toString('base64url');
    const clientDataJSON = this.#client(asked, { type: 'webauthn.create', ...ways }).toString('base64url');
    return { ...this.#named, response: { clientDataJSON, attestationObject, transports: ['internal', 'of-tomorrow'] } };
  }

  /** Signs what is asked (AuthenticationResponseJSON); counts one more. */
  sign(asked: Asked, ways: Ways = {}) {
    this.count += 1;
    const client = this.#client(asked, { type: 'webauthn.get', ...ways });
    const data = this.#head(0, ways);
    const hash = createHash('sha256').update(client).digest();
    const signature = sign('sha256', Buffer.concat([data, hash]), this.#key.privateKey);
    return {
      ...this.#named,
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: this.#handle,
      },
    };
  }

  get #named() {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {} };
  }

  #client({ challenge }: Asked, { type, origin = this.#origin }: Ways): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  #head(flags: number, { verified = true, site = 'localhost', count = this.count }: Ways): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(count);
    const PRESENT = 1;
    const said = PRESENT | (verified ? 4 : 0) | flags;
    return Buffer.concat([createHash('sha256').update(site).digest(), Buffer.from([said]), counter]);
  }
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64url'));
