import { createHash } from 'node:crypto';
import { Core } from 'sip.js';
import { describe, expect, test } from 'vitest';
import { wrapChallenge } from '../../../../src/terminal/telephony/sip/trunk/challenge.ts';
import { Credentials, canMeet, NonceCounts } from '../../../../src/terminal/telephony/sip/trunk/digest.ts';
import { header, readMessage } from '../../../../src/terminal/telephony/sip/wire/message.ts';

const URI = new Core.URI('sip', '', 'jail.example');
const REGISTER = new Core.OutgoingRequestMessage('REGISTER', URI, URI, URI);
const credentials = (nonces = new NonceCounts()) =>
  new Credentials(new Core.LoggerFactory(), {
    user: 'Mufasa',
    password: 'Circle of Life',
    nonces,
    wanted: () => true,
  });
const param = (value: string, name: string) => new RegExp(`${name}="?([^",]+)`).exec(value)?.[1];

/** What SIP.js reads of these challenges when they have come by the wire; undefined where it is left none. */
function read(challenges: readonly string[], status: 401 | 407 = 401) {
  const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
  const text =
    `SIP/2.0 ${status} Unauthorized\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n` +
    `To: <sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n${challenges.map((c) => `${name}: ${c}\r\n`).join('')}\r\n`;
  const response = readMessage(Buffer.from(text).toString('latin1'));
  const value = header(wrapChallenge(response, canMeet), name.toLowerCase());
  if (value === undefined) return undefined;
  const parsed: unknown = Core.Grammar.parse(value, 'WWW_Authenticate');
  return parsed as { nonce: string; stale?: boolean };
}

function answer(it: Credentials, challenge: string, status: 401 | 407 = 401): string | null {
  const wrapped = read([challenge], status);
  return wrapped !== undefined && it.authenticate(REGISTER, wrapped) ? it.toString() : null;
}

describe('digest credentials', () => {
  test.each([
    ['MD5', 'md5'],
    ['SHA-256', 'sha256'],
  ])('by %s are those of RFC 7616', (algorithm, name) => {
    const value =
      answer(credentials(), `Digest realm="r", nonce="n", algorithm=${algorithm}, qop="auth-int, auth"`) ?? '';
    const hash = (text: string) => createHash(name).update(text).digest('hex');
    const middle = ['n', '00000001', param(value, 'cnonce'), 'auth'].join(':');
    const wanted = hash(`${hash('Mufasa:r:Circle of Life')}:${middle}:${hash(`REGISTER:${URI}`)}`);
    expect(param(value, 'response')).toBe(wanted);
    expect(param(value, 'algorithm')).toBe(algorithm);
  });

  test('without qop are those of RFC 2069, as old servers want them', () => {
    const value = answer(credentials(), 'Digest realm="r", nonce="n", opaque="o"') ?? '';
    expect(value).not.toContain('cnonce');
    expect(param(value, 'opaque')).toBe('o');
  });

  test('count how often a nonce has been used, over all requests of a trunk', () => {
    const nonces = new NonceCounts();
    const counts = ['n', 'n', 'm', 'n'].map((nonce) =>
      param(answer(credentials(nonces), `Digest realm="r", nonce="${nonce}", qop="auth"`) ?? '', 'nc'),
    );
    expect(counts).toEqual(['00000001', '00000002', '00000001', '00000003']);
  });

  test('forget a nonce that is long gone', () => {
    const nonces = new NonceCounts();
    for (let i = 0; i < 1_000; i += 1) nonces.next(String(i));
    expect(nonces.next('0')).toBe(1);
    expect(nonces.next('999')).toBe(2);
  });

  test('are given to the first challenge that can be met (RFC 8760)', () => {
    const best = read([
      'Digest realm="r", nonce="n1", algorithm=SHA-512-256, qop="auth"',
      'Digest realm="r", nonce="n2", algorithm=SHA-256, qop="auth"',
      'Digest realm="r", nonce="n3", algorithm=MD5, qop="auth"',
    ]);
    const it = credentials();
    expect(best !== undefined && it.authenticate(REGISTER, best)).toBe(true);
    expect(param(it.toString(), 'nonce')).toBe('n2');
  });

  test('are given once more, and once only, where the nonce was stale', () => {
    const it = credentials();
    expect(answer(it, 'Digest realm="r", nonce="n1"')).toContain('n1');
    expect(answer(it, 'Digest realm="r", nonce="n2", stale=TRUE')).toContain('n2');
    expect(answer(it, 'Digest realm="r", nonce="n3", stale=true')).toBeNull();
  });

  test('are not given again where they were refused', () => {
    const it = credentials();
    answer(it, 'Digest realm="r", nonce="n1"');
    expect(answer(it, 'Digest realm="r", nonce="n2", stale=false')).toBeNull();
    expect(answer(it, 'Digest realm="r", nonce="n2"')).toBeNull();
  });

  test('are not given again for the nonce that was stale', () => {
    const it = credentials();
    answer(it, 'Digest realm="r", nonce="n1"');
    expect(answer(it, 'Digest realm="r", nonce="n1", stale=true')).toBeNull();
  });

  test('are given to a proxy and to the server behind it', () => {
    const it = credentials();
    expect(answer(it, 'Digest realm="proxy", nonce="p"', 407)).toContain('realm="proxy"');
    expect(answer(it, 'Digest realm="server", nonce="s"', 401)).toContain('realm="server"');
    expect(answer(it, 'Digest realm="proxy", nonce="p2", stale=true', 407)).toContain('nonce="p2"');
  });

  test.each([
    ['a realm with quotes', 'a \\"quoted\\" realm'],
    ['a realm with a backslash at its end', 'back\\\\'],
    ['a realm with what looks like a parameter', 'x, nonce=y, stale=true'],
    ['a realm with other letters', 'Gefängnis 監獄'],
    ['an empty realm', ''],
  ])('give %s back as it was given', (_what, realm) => {
    const value = answer(credentials(), `Digest realm="${realm}", nonce="n"`) ?? '';
    expect(value).toContain(`realm="${realm}", nonce="n", uri=`);
    const hash = (text: string) => createHash('md5').update(text).digest('hex');
    const wanted = hash(`${hash(`Mufasa:${realm}:Circle of Life`)}:n:${hash(`REGISTER:${URI}`)}`);
    expect(param(value.slice(value.indexOf('uri=')), 'response')).toBe(wanted);
  });

  test.each([
    ['an unknown algorithm', 'Digest realm="r", nonce="n", algorithm=SHA-512'],
    ['integrity only', 'Digest realm="r", nonce="n", qop="auth-int"'],
    ['no nonce', 'Digest realm="r"'],
    ['no realm', 'Digest nonce="n"'],
    ['another scheme', 'Basic realm="r"'],
    ['a quote that is not closed', 'Digest nonce="n", realm="r'],
    ['a backslash that eats the quote', 'Digest nonce="n", realm="r\\"'],
    ['two realms', 'Digest realm="r", realm="s", nonce="n"'],
    ['bytes that nobody prints', 'Digest realm="r\u0001", nonce="n"'],
    ['no end', `Digest realm="r", nonce="${'n'.repeat(5_000)}"`],
  ])('are not given for %s', (_what, challenge) => {
    expect(read([challenge])).toBeUndefined();
  });
});
