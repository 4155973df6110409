import { Core, type SessionDescriptionHandlerFactory, UserAgent } from 'sip.js';
import type { TrunkConfig } from '../config.ts';
import { drawBranches } from '../wire/branches.ts';
import { SELF } from '../wire/canonical.ts';
import type { sipjsLog } from '../wire/sipjs-log.ts';
import { transportOver } from '../wire/transport.ts';
import { Credentials, NonceCounts } from './digest.ts';

/** What a user agent of SIP.js is made with, beside the trunk. */
export interface UserAgentOptions {
  /** Takes what SIP.js wrote. */
  send(text: string): Promise<void>;
  readonly description: SessionDescriptionHandlerFactory;
  readonly logConnector: ReturnType<typeof sipjsLog>;
  /** Whether the request of a Call-ID is still to be made. */
  wanted(callId: string): boolean;
}

/** The user agent of a trunk: SIP.js without its browser, its network and its credentials. */
export function newUserAgent(trunk: TrunkConfig, options: UserAgentOptions): UserAgent {
  const { user, password, domain } = trunk;
  drawBranches();
  const userAgent = new UserAgent({
    uri: new Core.URI('sip', user, domain),
    viaHost: SELF,
    forceRport: true,
    contactName: user,
    contactParams: {},
    userAgentString: 'Tierphone',
    transportConstructor: transportOver((text) => options.send(text)),
    sessionDescriptionHandlerFactory: options.description,
    gracefulShutdown: false,
    logBuiltinEnabled: false,
    logConfiguration: false,
    logLevel: 'debug',
    logConnector: options.logConnector,
  });
  const nonces = new NonceCounts();
  userAgent.userAgentCore.configuration.authenticationFactory = () =>
    password === undefined
      ? undefined
      : new Credentials(userAgent.getLoggerFactory(), {
          user,
          password,
          nonces,
          wanted: (callId) => options.wanted(callId),
        });
  return userAgent;
}
