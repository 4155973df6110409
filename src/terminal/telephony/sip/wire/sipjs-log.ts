import type { LogConnector } from 'sip.js';
import type { Log } from '../config.ts';

/** Numbers down to their last two digits, wherever SIP.js mentions one. */
function veiled(text: string): string {
  return text.replace(/\+?\d{5,13}(\d\d)(?=@|[^\d]|$)/g, '…$1');
}

/**
 * Passes what SIP.js logs on at debug level, one line each, and tells of each message its parser gave up on.
 * Messages themselves SIP.js leaves to the transport to log, and ours does not: no credentials come this way.
 */
export function sipjsLog(log: Log, unparsable: (detail: string) => void): LogConnector {
  return (level, category, _label, content) => {
    const text = veiled(String(content)).slice(0, 500);
    log.debug({ sipjs: category, level }, text);
    if (category === 'sip.Parser') unparsable(text);
  };
}
