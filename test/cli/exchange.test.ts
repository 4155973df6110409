import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { readPlatformConfig } from '../../src/cli/platform.ts';
import { newAuthority } from '../interop/peers/certificates.ts';

const trunk = { name: 'exchange', domain: 'county.test', server: { host: '127.0.0.1' } };

function reader() {
  const folder = mkdtempSync(join(tmpdir(), 'exchange-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const read = (exchange: object) => {
    const file = join(folder, 'platform.yaml');
    const keys = { platform: 'platform.key.json', pepper: 'pepper' };
    const database = { kind: 'embedded', folder: 'database' };
    writeFileSync(file, stringify({ database, mqtt: { url: 'mqtt://127.0.0.1' }, keys, exchange }));
    return readPlatformConfig(file).exchange;
  };
  return { folder, read };
}

test('the files of an exchange are seen from the file that names them', async () => {
  const { folder, read } = reader();
  const authority = await newAuthority('County');
  onTestFinished(() => authority.close());
  expect(read({ kind: 'file', trunk, file: 'accounts', ca: authority.certificate })).toMatchObject({
    file: join(folder, 'accounts'),
    ca: authority.certificate,
  });
  const kamailio = { kind: 'kamailio', trunk, url: 'postgres://tierphone@127.0.0.1/kamailio' };
  expect(read({ ...kamailio, passwordFile: 'keys/exchange' })).toMatchObject({
    passwordFile: join(folder, 'keys/exchange'),
    control: [],
  });
  expect(() => read({ ...kamailio, ca: 'ca.pem' })).toThrow('ca.pem: there is no such file');
});

test('an exchange is given no password in an address, and no account that all phones would share', () => {
  const { read } = reader();
  const url = 'postgres://tierphone@127.0.0.1/kamailio';
  expect(() => read({ kind: 'kamailio', trunk, url: url.replace('@', ':hunter2@') })).toThrow(
    /exchange\.url: no password stands in an address, which logs and lists of processes show: give it by exchange\.passwordFile$/,
  );
  expect(() => read({ kind: 'kamailio', trunk, url, control: ['http://a:hunter2@127.0.0.1/RPC'] })).toThrow(
    /exchange\.control\.0: no user and no password stand in an address/,
  );
  expect(() => read({ kind: 'kamailio', trunk: { ...trunk, user: 'all' }, url })).toThrow(
    /exchange\.trunk\.user: there is no such setting/,
  );
});
