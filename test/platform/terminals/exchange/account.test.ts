import { describe, expect, test } from 'vitest';
import { newAccount, userOf } from '../../../../src/platform/terminals/exchange/account.ts';
import { ExchangeConfig } from '../../../../src/platform/terminals/exchange/config.ts';
import { ExchangeLogin } from '../../../../src/protocol/trunk.ts';
import { ha1Of, phoneAt, trunkOf } from './exchange.ts';

const trunk = { name: 'exchange', domain: 'sip.county.test', server: { host: 'sip.county.test' }, transport: 'tls' };
const read = (more: object = {}) => ExchangeConfig.parse({ kind: 'file', trunk, file: 'accounts', ...more });

describe('the account of a phone', () => {
  test('has a user name of facility and terminal', () => {
    expect(userOf(phoneAt('B-1'))).toBe('pine-river.B-1');
  });

  test('has one that is its own also where the names are too long for an exchange', () => {
    const long = 'x'.repeat(62);
    const users = [`${long}1`, `${long}2`, 'B-1'].map((terminal) => userOf(phoneAt(terminal, `${long}3`)));
    expect(new Set(users).size).toBe(3);
    for (const user of users) expect(user).toMatch(/^[A-Za-z0-9_.~-]{64}$/);
    expect(userOf(phoneAt(long.slice(0, 31), long.slice(0, 32)))).toHaveLength(64);
  });

  test('is a trunk as a phone takes it, and a hash in place of its password at the exchange', () => {
    const { kept, ha1b, login } = newAccount(phoneAt('B-1'), read(), 'a certificate');
    expect(ExchangeLogin.parse(JSON.parse(JSON.stringify(login)))).toEqual(login);
    expect(login.tls).toEqual({ ca: 'a certificate' });
    expect(trunkOf(login)).toMatchObject({ ...trunk, user: 'pine-river.B-1', realm: 'sip.county.test' });
    expect(Buffer.from(trunkOf(login).password ?? '', 'base64url')).toHaveLength(24);
    expect(kept).toEqual({
      user: 'pine-river.B-1',
      domain: 'sip.county.test',
      realm: 'sip.county.test',
      ha1: ha1Of(login),
    });
    expect(ha1b).toBe(ha1Of(login, 'md5', 'pine-river.B-1@sip.county.test'));
  });

  test('is hashed by what the exchange challenges with, for its realm', () => {
    const config = read({ algorithm: 'SHA-256', trunk: { ...trunk, realm: 'county' } });
    const { kept, login } = newAccount(phoneAt('B-1'), config, null);
    expect(login.tls).toBeUndefined();
    expect(trunkOf(login).realm).toBe('county');
    expect(kept.ha1).toBe(ha1Of(login, 'sha256'));
  });

  test('is never given the same password twice', () => {
    const passwords = Array.from(
      { length: 100 },
      () => trunkOf(newAccount(phoneAt('B-1'), read(), null).login).password,
    );
    expect(new Set(passwords).size).toBe(100);
  });
});
