import type { FastifyInstance } from 'fastify';
import { Passkeys } from '../../../src/protocol/api/passkeys.ts';
import {
  Done,
  done,
  OpenSessions,
  PasskeyRemoval,
  PasswordAgain,
  PasswordChange,
  RecoveryCodes,
  TotpConfirm,
  TotpOffer,
} from '../../../src/protocol/api/people.ts';
import { OFFICER, problem } from './session.ts';

/** One's own proofs, as the platform has them; a passkey is made and signs over a real platform alone. */
export function accountRoutes(app: FastifyInstance): void {
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
  let passkeys = [
    { id: 'AAAA', name: 'Own telephone', made: hoursAgo(900), used: hoursAgo(3) },
    { id: 'BBBB', name: 'Blue key of the control room', made: hoursAgo(200), used: null },
  ];
  let sessions = [
    { began: hoursAgo(1), seen: hoursAgo(0), here: true },
    { began: hoursAgo(5), seen: hoursAgo(0.4), here: false },
  ];
  const ofAll = {
    secret: 'JBSWY3DPEHPK3PXP',
    uri: 'otpauth://totp/Tierphone:ana?secret=JBSWY3DPEHPK3PXP',
    ticket: 't',
  };
  app.get('/api/me/passkeys', () => Passkeys.parse({ items: passkeys }));
  app.delete('/api/me/passkeys', ({ body }, reply) => {
    const { passkey, password } = PasskeyRemoval.parse(body);
    if (password !== OFFICER.password) return problem(reply, 403, 'the password is wrong');
    passkeys = passkeys.filter(({ id }) => id !== passkey);
    return reply.send(Done.parse(done));
  });
  app.get('/api/me/sessions', () => OpenSessions.parse({ items: sessions }));
  app.delete('/api/me/sessions', () => {
    sessions = sessions.filter(({ here }) => here);
    return Done.parse(done);
  });
  app.post('/api/me/password', ({ body }, reply) =>
    PasswordChange.parse(body).current === OFFICER.password
      ? reply.send(Done.parse(done))
      : problem(reply, 403, 'the password is wrong'),
  );
  app.post('/api/me/totp', () => TotpOffer.parse(ofAll));
  app.post('/api/me/totp/confirm', ({ body }) => TotpConfirm.parse(body) && Done.parse(done));
  app.post('/api/me/recovery', ({ body }) => {
    PasswordAgain.parse(body);
    return RecoveryCodes.parse({ recovery: ['QRST-UVWX', 'YZ23-4567'] });
  });
}
