import { BlockList, isIP } from 'node:net';

const DOCUMENTATION = new BlockList();
// RFC 5737, RFC 3849, RFC 9637.
for (const net of ['192.0.2.0', '198.51.100.0', '203.0.113.0']) DOCUMENTATION.addSubnet(net, 24);
DOCUMENTATION.addSubnet('2001:db8::', 32, 'ipv6');
DOCUMENTATION.addSubnet('3fff::', 20, 'ipv6');

/** Whether a host is one of those that are kept for examples, so that nobody answers there (RFC 2606, RFC 6761 6.4 and 6.5). */
function isExample(host: string): boolean {
  const family = isIP(host);
  if (family !== 0) return DOCUMENTATION.check(host, family === 6 ? 'ipv6' : 'ipv4');
  return /^([^./]+\.)*(example(\.(com|net|org))?|invalid)\.?$/i.test(host);
}

/** The hosts that a setting may name: as it stands, or in an address (URL). */
function hostsIn(text: string): string[] {
  const url = URL.canParse(text) ? new URL(text) : null;
  const named = url === null ? [text] : [url.hostname, ...url.searchParams.getAll('host'), text];
  return named.map((host) => host.replace(/^\[(.*)\]$/, '$1'));
}

function whatStands(text: string): string | null {
  if (/(^|[^a-z])change[-_ ]?me([^a-z]|$)/i.test(text)) return 'change-me stands there';
  const host = hostsIn(text).find(isExample);
  return host === undefined ? null : `${host} is of examples, nobody answers there`;
}

/**
 * What is left in a configuration of the example that it was made from, a line each, by setting: passwords such as `change-me`, names and
 * addresses that are kept for examples. No value but those is repeated.
 */
export function placeholdersIn(config: unknown, at = ''): string[] {
  if (typeof config === 'string') {
    const stands = whatStands(config);
    return stands === null ? [] : [`${at}: ${stands}: put in what is yours`];
  }
  if (typeof config !== 'object' || config === null) return [];
  return Object.entries(config).flatMap(([name, value]) => placeholdersIn(value, at === '' ? name : `${at}.${name}`));
}
