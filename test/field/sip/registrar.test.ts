import { expect, test } from 'vitest';
import { header } from '../../../src/terminal/telephony/sip/wire/message.ts';
import { calling } from '../../terminal/telephony/sip/calling.ts';
import { until } from '../../terminal/telephony/sip/fakes.ts';

const { farEnd, terminal } = calling();

const OTHER = '<sip:terminal@192.0.2.7:5060>;expires=3600';

test.each([
  ['as it was sent', ({ contact }: Ours) => [contact.replace('expires=300', 'expires=60')]],
  [
    'beside one that the grammar cannot read',
    ({ contact }: Ours) => ['<sip:a#b@gw_1>;expires=7', contact.replace('expires=300', 'expires=60')],
  ],
  [
    'in one header with another in Latin-1',
    ({ contact }: Ours) => [`"Jos\xe9" ${OTHER}, ${contact.replace('expires=300', 'expires=60')}`],
  ],
  ['with the address of a router', ({ port }: Ours) => [`<sip:terminal@203.0.113.5:${port}>;expires=60`, OTHER]],
  [
    'with address and port of a router, by its instance',
    ({ instance }: Ours) => [OTHER, `<sip:terminal@203.0.113.5:1024>;expires="60";+SIP.instance="${instance}"`],
  ],
  ['with address, port and user of a router, alone', () => ['<sip:x7f@203.0.113.5:1024>;expires=60']],
  ['as it cannot be told from others: the shortest counts', () => [OTHER, '<sip:x7f@203.0.113.5:1024>;expires=60']],
] as [string, (ours: Ours) => string[]][])('60 s granted to our binding count: %s', async (_what, contacts) => {
  const far = await farEnd();
  const { events } = await terminal(far.port, { register: true });
  const register = await far.next('REGISTER');
  const contact = header(register, 'contact') ?? '';
  const instance = /\+sip\.instance="([^"]*)"/.exec(contact)?.[1] ?? '';
  const headers = contacts({ contact, instance, port: register.via.port ?? 0 }).map(
    (value) => ['contact', value] as const,
  );
  far.reply(register, 200, { headers });
  await until('registered', () =>
    events.some((event) => event.type === 'registration' && event.state === 'registered'),
  );
  expect(events.find((event) => event.type === 'trunk')).toMatchObject({ detail: 'registered for 60 s' });
});

interface Ours {
  readonly contact: string;
  readonly instance: string;
  readonly port: number;
}
