import { openAccount } from '../../../src/terminal/telephony/sip/account.ts';
import { telephonyContract } from './contract.ts';
import { keptLog, testTrunk } from './sip/fakes.ts';

telephonyContract('SIP.js', (port, media) =>
  openAccount(
    {
      trunks: [testTrunk(port)],
      local: { address: '127.0.0.1', port: 0 },
      tls: {},
      srtp: 'off',
      codecs: ['PCMU', 'PCMA'],
      sessionExpires: 0,
    },
    media,
    keptLog(),
  ),
);
