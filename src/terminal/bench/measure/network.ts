import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isLoopback } from '../../../protocol/clear.ts';
import type { Measured } from './result.ts';

/** A machine that the configuration names. */
export interface Host {
  /** What it is to the phone, as `broker`. */
  readonly role: string;
  readonly host: string;
}

/** This machine's addresses that others can reach, with their interface. */
export const ownAddresses = (): { name: string; address: string }[] =>
  Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
      .map(({ address }) => ({ name, address })),
  );

/** Interfaces whose cable or radio has no carrier, as the kernel says. */
function withoutCarrier(names: readonly string[]): string[] {
  return names.filter((name) => fileOf(`/sys/class/net/${name}/carrier`)?.trim() === '0');
}

function fileOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // An interface that is down has a file that cannot be read.
    return null;
  }
}

/** Whether there is a way to other networks (/proc/net/route; destination and mask of it are zero). */
const hasGateway = (): boolean =>
  (fileOf('/proc/net/route') ?? '')
    .split('\n')
    .slice(1)
    .some((row) => row.split('\t')[1] === '00000000');

/** Carrier, address, way out and names: what everything else needs. `hosts` are those that the configuration names. */
export async function measureNetwork(hosts: readonly Host[]): Promise<Measured> {
  const far = hosts.filter(({ host }) => !isLoopback(host));
  const own = ownAddresses();
  const addresses = own.map(({ name, address }) => `${name} ${address}`).join(', ');
  if (far.length > 0 && own.length === 0) {
    const dark = withoutCarrier(Object.keys(networkInterfaces()).filter((name) => name !== 'lo'));
    return dark.length > 0
      ? { detail: `no carrier on ${dark.join(', ')}`, remedy: 'check the cable, its plugs and the switch port' }
      : { detail: 'this machine has no address', remedy: 'check the cable, and the DHCP server or the static address' };
  }
  const started = performance.now();
  for (const { role, host } of far.filter(({ host }) => isIP(host) === 0)) {
    const found = await lookup(host).catch(() => null);
    if (found !== null) continue;
    const remedy = hasGateway()
      ? `check the name ${host} in the configuration, and the name server`
      : 'set a default gateway';
    return { detail: `the name of the ${role}, ${host}, is not found`, remedy };
  }
  const figures = { namesMs: performance.now() - started };
  if (far.length === 0) return { detail: 'everything it needs is on this machine', figures };
  return { detail: `${addresses}${hasGateway() ? '' : '; no default gateway'}`, figures };
}
