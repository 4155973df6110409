import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepCertificate, readCertificate } from '../../../src/platform/http/certificate.ts';
import { has } from '../../interop/peers/program.ts';
import { Authority, type Certificate } from '../../terminal/telephony/sip/certificates.ts';

describe.skipIf(!has('openssl'))('the certificate of the API (needs openssl)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-tls-'));
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const said: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void said.push(JSON.parse(line).msg) });
  let authority: Authority;
  let server: https.Server;
  let stop: () => Promise<void>;

  const make = (days?: number) => authority.make({ names: 'IP:127.0.0.1', ...(days !== undefined && { days }) });
  const lay = (part: 'cert' | 'key', { files: made }: Certificate) => copyFileSync(made[part], files[part]);
  const layBoth = (made: Certificate) => {
    lay('key', made);
    lay('cert', made);
  };
  const told = (line: RegExp) => expect.poll(() => said.filter((one) => line.test(one)).length, { timeout: 20_000 });
  /** What a client is shown that trusts the authority. */
  const shown = async (): Promise<string> => {
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.1', port, ca: readFileSync(authority.ca) });
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  };

  beforeAll(async () => {
    authority = new Authority();
    layBoth(make(20));
    const first = await readCertificate(files);
    server = https.createServer(first);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    stop = keepCertificate([server], files, first, log, 20);
  });
  afterAll(async () => {
    await stop?.();
    server?.close();
    authority?.close();
    rmSync(folder, { recursive: true });
  });

  it('is another as soon as another lies in its files, and until that is whole the one before', async () => {
    const before = await shown();
    const next = make(20);
    lay('cert', next);
    await told(/are no certificate and its key \(PEM\): the one before is used on$/).toBe(1);
    expect(await shown()).toBe(before);
    lay('key', next);
    await told(/^http\.tls: the certificate that is good until .* is used now$/).toBe(1);
    expect(await shown()).not.toBe(before);
  });

  it('is spoken of in its last days, once, and when its files are gone', async () => {
    layBoth(make(3));
    await told(/cert\.pem is good for 2 more days: renew it$/).toBe(1);
    rmSync(files.key);
    await told(/key\.pem cannot be read: ENOENT.*: the one before is used on$/).toBe(1);
    await shown();
    await expect(readCertificate(files)).rejects.toThrow(/^http\.tls: .*key\.pem cannot be read/);
  });
});
