import { BlockList, isIP } from 'node:net';

/** Whether an address is that of a proxy of ours: what it says of who asks is believed. */
export type IsProxy = (address: string) => boolean;

/** @param named addresses and networks (CIDR) */
export function proxiesOf(named: readonly string[]): IsProxy {
  const list = new BlockList();
  for (const one of named) {
    const [address = '', length] = one.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (length === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(length), family);
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}
