import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, as files and as text. */
export interface Certificate {
  readonly files: { readonly cert: string; readonly key: string };
  readonly cert: string;
  readonly key: string;
}

/** What a certificate says of its owner. */
export interface Owner {
  /** Subject alternative name, as openssl takes it: `DNS:a.example,IP:127.0.0.1`. */
  readonly names: string;
  /** Last day, counted from now; a certificate of -1 has expired. */
  readonly days?: number;
  /** First day, counted from now; a certificate of 1 is not valid yet. */
  readonly from?: number;
}

/** An authority of a test's own, in a folder of its own, that makes certificates by openssl. */
export class Authority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sip-ca-'));
  #made = 0;
  /** Its own certificate, as a file. */
  readonly ca = join(this.#folder, 'ca.pem');

  constructor() {
    this.#openssl(
      'req',
      '-x509',
      '-subj',
      '/CN=Authority of a test',
      '-days',
      '2',
      '-nodes',
      ...KEY,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
    );
  }

  make({ names, days = 2, from = Math.min(0, days) - 3 }: Owner): Certificate {
    this.#made += 1;
    const at = (what: string) => join(this.#folder, `${this.#made}.${what}`);
    writeFileSync(at('ext'), `subjectAltName=${names}\n`);
    this.#openssl('req', '-subj', '/CN=test', '-nodes', ...KEY, '-keyout', at('key'), '-out', at('csr'));
    const day = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '');
    // `x509` cannot make one that has expired; `ca` can, with a small database.
    writeFileSync(join(this.#folder, 'index.txt'), '');
    writeFileSync(join(this.#folder, 'serial'), `${String(this.#made).padStart(4, '0')}\n`);
    writeFileSync(join(this.#folder, 'ca.conf'), CONF(this.#folder));
    this.#openssl(
      'ca',
      '-batch',
      '-config',
      'ca.conf',
      '-in',
      at('csr'),
      '-out',
      at('cert'),
      '-extfile',
      at('ext'),
      '-startdate',
      day(from),
      '-enddate',
      day(days),
      '-notext',
    );
    return {
      files: { cert: at('cert'), key: at('key') },
      cert: readFileSync(at('cert'), 'utf8'),
      key: readFileSync(at('key'), 'utf8'),
    };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe' });
  }
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];

const CONF = (folder: string) => `[ca]
default_ca=here
[here]
database=${folder}/index.txt
serial=${folder}/serial
new_certs_dir=${folder}
certificate=${folder}/ca.pem
private_key=${folder}/ca.key
default_md=sha256
policy=any
unique_subject=no
[any]
commonName=supplied
`;
