import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeAuthority, readAuthority } from '../../../../src/platform/terminals/certificates/authority.ts';
import { certify } from '../../../../src/platform/terminals/certificates/certificate.ts';
import { lifeOf } from '../../../../src/protocol/phone-certificate.ts';
import { FacilityId, type Instant, type Millis, TerminalId } from '../../../../src/protocol/units.ts';
import { phoneKey } from '../broker/phone-key.ts';

const now = Date.parse('2026-11-30T12:00:00Z') as Instant;
const DAY = 86_400_000;
const life = (90 * DAY) as Millis;
const place = { facility: FacilityId.parse('p'.repeat(63)), terminal: TerminalId.parse('B-1') };

test("a phone's own key is certified: for a client, under a name of the key, for as long as it is said", async () => {
  const { key, certificate: root } = await makeAuthority('pine-river', now);
  const phone = await phoneKey();
  const signed = await certify(await readAuthority(key + root), place, phone.known, { now, life });
  const read = new X509Certificate(signed);
  expect(read.verify(new X509Certificate(root).publicKey)).toBe(true);
  expect(read.checkIssued(new X509Certificate(root))).toBe(true);
  expect(read.publicKey.export({ format: 'jwk' })).toMatchObject({ crv: 'Ed25519', x: phone.known.x });
  expect(read.subject).toBe(`O=${place.facility}\nOU=B-1\nCN=terminal/${phone.known.kid}`);
  // Each of its parts has room for 64 (RFC 5280, appendix A.1).
  expect(`terminal/${phone.known.kid}`.length).toBeLessThanOrEqual(64);
  expect(read.ca).toBe(false);
  // id-kp-clientAuth alone.
  expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  expect(lifeOf(signed)).toEqual({ from: now - 3_600_000, until: now + 90 * DAY });
  expect(new X509Certificate(root).ca).toBe(true);
  expect(lifeOf(root).until - now).toBeGreaterThan(19 * 365 * DAY);
});

test('what is no authority is refused in words, without what is in it', async () => {
  const one = await makeAuthority('one', now);
  const other = await makeAuthority('other', now);
  const phone = await phoneKey();
  const leaf = await certify(await readAuthority(one.key + one.certificate), place, phone.known, { now, life });
  const refused = (pem: string) =>
    readAuthority(pem).then(
      () => 'read',
      ({ message }: Error) => message,
    );
  expect(await refused('secret')).toBe('no private key (Ed25519, PKCS #8) is in it');
  expect(await refused(one.key)).toBe('no certificate (PEM) is in it');
  expect(await refused(one.certificate)).toBe('no private key (Ed25519, PKCS #8) is in it');
  expect(await refused(one.key + other.certificate)).toBe('its key is not that of its certificate');
  expect(await refused(phone.pem + leaf)).toBe('its certificate is not that of an authority');
});
