import { describe, expect, test } from 'vitest';
import { CallRules } from '../../src/terminal/call/settings.ts';
import { TerminalConfig } from '../../src/terminal/config.ts';

const trunk = { name: 'carrier', domain: 'carrier.example', server: { host: 'sip.carrier.example' }, user: 'terminal' };
const read = (sip: object) => TerminalConfig.shape.sip.safeParse(sip);
const problem = (sip: object) => {
  const { error } = read(sip);
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
};

describe('the SIP side of a configuration', () => {
  test('needs no more than one trunk', () => {
    expect(read({ trunks: [trunk] }).data).toEqual({
      trunks: [
        {
          ...trunk,
          transport: 'udp',
          register: true,
          expires: 300,
          priority: 0,
          weight: 1,
          keepAlive: 30,
          identity: { asserted: true },
        },
      ],
      local: { address: '0.0.0.0', port: 0 },
      tls: {},
      codecs: ['PCMU', 'PCMA'],
      mediaTimeout: 30_000,
      sessionExpires: 1_800,
    });
  });

  test('takes no session timer, or one that RFC 4028 allows', () => {
    for (const sessionExpires of [0, 90, 1_800]) expect(problem({ trunks: [trunk], sessionExpires })).toBeUndefined();
    expect(problem({ trunks: [trunk], sessionExpires: 60 })).toContain(
      'sessionExpires: Too small: expected number to be >=90',
    );
  });

  test.each([
    ['no trunk', { trunks: [] }, /^trunks: /],
    ['nine trunks', { trunks: Array.from({ length: 9 }, (_, i) => ({ ...trunk, name: `t${i}` })) }, /^trunks: /],
    ['two trunks of one name', { trunks: [trunk, trunk] }, /^trunks: two trunks of one name/],
    ['a name of many words', { trunks: [{ ...trunk, name: 'My Carrier' }] }, /^trunks\.0\.name: small letters/],
    ['a user that is no user part', { trunks: [{ ...trunk, user: 'a"b' }] }, /^trunks\.0\.user: letters/],
    [
      'a display name with quotes',
      { trunks: [{ ...trunk, identity: { name: 'a"b' } }] },
      /identity\.name: .*no quotes/,
    ],
    ['a display name of two lines', { trunks: [{ ...trunk, identity: { name: 'a\r\nb' } }] }, /identity\.name/],
    [
      'originating line information of three digits',
      { trunks: [{ ...trunk, identity: { oli: 129 } }] },
      /identity\.oli/,
    ],
    ['a certificate without a key', { trunks: [trunk], tls: { cert: 'a.pem' } }, /^tls: cert and key go together/],
    ['a codec twice', { trunks: [trunk], codecs: ['PCMU', 'PCMU'] }, /^codecs: a codec given twice/],
    ['a transport that we have not', { trunks: [{ ...trunk, transport: 'ws' }] }, /^trunks\.0\.transport/],
  ])('is refused with %s', (_what, sip, line) => {
    expect(problem(sip)).toMatch(line);
  });
});

test('levels are 0 dB where nothing is said of them, and within reason', () => {
  const levels = (value: unknown) => {
    const { success, data } = CallRules.safeParse(value === undefined ? {} : { levels: value });
    return { success, data: data?.levels };
  };
  expect(levels(undefined).data).toEqual({ caller: { voice: 0, prompt: 0 }, callee: { voice: 0, prompt: 0 } });
  const asTheyCome = { voice: 0, prompt: 0 };
  expect(levels({ caller: asTheyCome, callee: { voice: 0, prompt: -6 } }).data?.callee.prompt).toBe(-6);
  expect(levels({ caller: { voice: 60, prompt: 0 }, callee: asTheyCome }).success).toBe(false);
});
