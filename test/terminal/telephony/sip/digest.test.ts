import { createHash } from 'node:crypto';
import { Core } from 'sip.js';
import { describe, expect, test } from 'vitest';
import { Credentials } from '../../../../src/terminal/telephony/sip/digest.ts';

const URI = new Core.URI('sip', '', 'jail.example');
const REGISTER = new Core.OutgoingRequestMessage('REGISTER', URI, URI, URI);
const credentials = () => new Credentials(new Core.LoggerFactory(), 'Mufasa', 'Circle of Life', () => true);
const param = (value: string, name: string) => new RegExp(`${name}="?([^",]+)`).exec(value)?.[1];

describe('digest credentials', () => {
  test.each([
    ['MD5', 'md5'],
    ['SHA-256', 'sha256'],
  ])('by %s are those of RFC 7616', (algorithm, name) => {
    const it = credentials();
    expect(it.authenticate(REGISTER, { realm: 'r', nonce: 'n', algorithm, qop: ['auth-int', 'auth'] })).toBe(true);
    const value = it.toString();
    const hash = (text: string) => createHash(name).update(text).digest('hex');
    const middle = ['n', '00000001', param(value, 'cnonce'), 'auth'].join(':');
    const wanted = hash(`${hash('Mufasa:r:Circle of Life')}:${middle}:${hash(`REGISTER:${URI}`)}`);
    expect(param(value, 'response')).toBe(wanted);
    expect(param(value, 'algorithm')).toBe(algorithm);
  });

  test('without qop are those of RFC 2069, as old servers want them', () => {
    const it = credentials();
    expect(it.authenticate(REGISTER, { realm: 'r', nonce: 'n', opaque: 'o' })).toBe(true);
    expect(it.toString()).not.toContain('cnonce');
    expect(param(it.toString(), 'opaque')).toBe('o');
  });

  test('count how often a nonce has been used', () => {
    const it = credentials();
    const challenge = { realm: 'r', nonce: 'n', qop: 'auth' };
    it.authenticate(REGISTER, challenge);
    it.authenticate(REGISTER, challenge);
    expect(it.toString()).toContain('nc=00000002');
    it.authenticate(REGISTER, { ...challenge, nonce: 'm' });
    expect(it.toString()).toContain('nc=00000001');
  });

  test.each([
    ['an unknown algorithm', { realm: 'r', nonce: 'n', algorithm: 'SHA-512' }],
    ['integrity only', { realm: 'r', nonce: 'n', qop: ['auth-int'] }],
    ['no nonce', { realm: 'r' }],
  ])('are not given for %s', (_what, challenge) => {
    expect(credentials().authenticate(REGISTER, challenge)).toBe(false);
  });
});
