import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate and its key, as files in PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate made by a test's own authority says. */
interface Subject {
  /** Of the files, unique at the authority. */
  readonly name: string;
  /** Names and addresses it is good for, as `DNS:sip.example` or `IP:127.0.0.1`. */
  readonly goodFor: readonly string[];
  /** Whose validity ended yesterday. */
  readonly expired?: boolean;
}

/** An authority of one test, in a folder of its own; P-256 throughout. */
export interface Authority {
  /** Its own certificate: PEM, a file. */
  readonly certificate: string;
  issue(subject: Subject): Promise<Certificate>;
  close(): Promise<void>;
}

/** Makes an authority called `name`, by the openssl program. */
export async function newAuthority(name: string): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'authority-'));
  const file = (called: string) => join(folder, called);
  const openssl = (args: readonly string[]) => run('openssl', [...args], { cwd: folder });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const own = { certificate: file('authority.pem'), key: file('authority.key') };
  await openssl([
    ...['req', '-x509', ...newKey, '-keyout', own.key, '-out', own.certificate, '-days', '30'],
    ...['-subj', `/CN=${name}`, '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ]);
  return {
    certificate: own.certificate,
    async issue(subject) {
      const made = { certificate: file(`${subject.name}.pem`), key: file(`${subject.name}.key`) };
      const request = file(`${subject.name}.csr`);
      await openssl([
        ...['req', '-new', ...newKey, '-keyout', made.key, '-out', request, '-subj', `/CN=${subject.name}`],
        ...['-addext', `subjectAltName=${subject.goodFor.join(',')}`],
      ]);
      await openssl([
        ...['x509', '-req', '-in', request, '-out', made.certificate, '-copy_extensions', 'copyall'],
        ...['-CA', own.certificate, '-CAkey', own.key, '-days', subject.expired ? '-1' : '30'],
      ]);
      return made;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
