import type { FastifyInstance, FastifyReply } from 'fastify';
import {
  done,
  Me,
  RecoveryCodes,
  SecondProof,
  SignIn,
  SignInNext,
  SignInWays,
  Welcome,
  WelcomeAnswer,
} from '../../../src/protocol/api/people.ts';
import { RIGHTS_OF, type Role } from '../../../src/protocol/api/rights.ts';

export const OFFICER = { email: 'j.alvarez@county.example', password: 'correct horse battery', code: '123456' };

export const problem = (reply: FastifyReply, status: number, detail: string): FastifyReply =>
  reply
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title: 'Problem', status, detail }));

/** One officer signs in here, with one code. */
export function sessionRoutes(app: FastifyInstance): void {
  let state: 'out' | 'half' | 'in' = 'out';
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/') || request.url.startsWith('/api/session')) return;
    if (request.url.startsWith('/api/welcome/')) return;
    if (state !== 'in') await problem(reply, 401, 'sign in first');
  });
  app.get('/api/session', (_request, reply) => {
    if (state !== 'in') return problem(reply, 401, 'sign in first');
    const roles: Role[] = ['administrator', 'auditor'];
    const rights = [...new Set(roles.flatMap((role) => RIGHTS_OF[role]))];
    const me = Me.parse({
      ...{ id: 'f5a3c2de-0d53-4a8c-9a43-6f6f4f1d2a11', kind: 'person', name: 'J. Alvarez', operator: false },
      facilities: [{ facility: 'county', name: 'County Jail', roles, rights }],
    });
    return reply.send(me);
  });
  app.get('/api/session/ways', () => SignInWays.parse({ own: true, provider: 'County sign-on' }));
  app.post('/api/session', (request, reply) => {
    const { email, password } = SignIn.parse(request.body);
    if (email !== OFFICER.email || password !== OFFICER.password)
      return problem(reply, 401, 'e-mail or password is wrong');
    state = 'half';
    return reply.send(SignInNext.parse({ next: 'second', ways: ['totp', 'recovery'] }));
  });
  app.post('/api/session/second', (request, reply) => {
    const proof = SecondProof.parse(request.body);
    if (state === 'out' || !('totp' in proof) || proof.totp !== OFFICER.code)
      return problem(reply, 401, 'the code is wrong, or its time is up');
    state = 'in';
    return reply.send(done);
  });
  app.delete('/api/session', (_request, reply) => {
    state = 'out';
    return reply.send(done);
  });
  app.get('/api/welcome/:token', () =>
    Welcome.parse({
      ...{ kind: 'invitation', email: OFFICER.email, name: null },
      totp: { secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/Tierphone:ana?secret=JBSWY3DPEHPK3PXP', ticket: 't' },
    }),
  );
  app.post('/api/welcome/:token', (request, reply) => {
    if (WelcomeAnswer.parse(request.body).totp.code !== OFFICER.code) return problem(reply, 401, 'the code is wrong');
    state = 'in';
    return reply.send(RecoveryCodes.parse({ recovery: ['ABCD-EFGH', 'IJKL-MNOP'] }));
  });
}
