import { X509Certificate } from 'node:crypto';
import { CertificateRenewed, Challenged } from '../../protocol/api/claims.ts';
import { signRenewal } from '../../protocol/attest.ts';
import type { ReplyPublicKey, TerminalPrivateKey } from '../../protocol/keys.ts';
import { type Renewed, verifyChallenge, verifyRenewed } from '../../protocol/renewal.ts';
import { SignatureError } from '../../protocol/signed.ts';
import type { FacilityId, Instant, TerminalId } from '../../protocol/units.ts';
import { ask } from '../claiming/ask.ts';

/** A phone, and the keys of the platform that it was claimed at. */
export interface Renewable {
  readonly facility: FacilityId;
  readonly terminal: TerminalId;
  readonly key: TerminalPrivateKey;
  readonly platform: readonly ReplyPublicKey[];
}

/** What was heard of a platform: its time, and by what a certificate is asked for. */
export interface Heard {
  readonly at: Instant;
  certificate(): Promise<Pick<Renewed, 'certificate' | 'ca'>>;
}

/** Asks the platform at `url` what time it is. @throws Refused; SignatureError where it is another platform; Error where nobody answers */
export async function askPlatform(url: string, phone: Renewable, signal: AbortSignal): Promise<Heard> {
  const { challenge } = await ask(url, '/api/certificates/challenge', Challenged, { signal });
  const { at } = await verifyChallenge(challenge, phone.platform);
  return { at, certificate: () => askForCertificate(url, phone, challenge, signal) };
}

async function askForCertificate(
  url: string,
  { facility, terminal, key, platform }: Renewable,
  challenge: string,
  signal: AbortSignal,
): Promise<Renewed> {
  const renewal = await signRenewal({ challenge, facility, terminal }, key);
  const { renewed } = await ask(url, '/api/certificates', CertificateRenewed, { body: { renewal }, signal });
  const answer = await verifyRenewed(renewed, platform);
  if (answer.key !== key.kid || answer.challenge !== challenge)
    throw new SignatureError('the certificate is an answer to something else');
  const { x } = new X509Certificate(answer.certificate).publicKey.export({ format: 'jwk' });
  if (x !== key.x) throw new SignatureError('the certificate is for another key');
  return answer;
}
