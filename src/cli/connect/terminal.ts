import { hostsOf } from '../../terminal/bench/hosts.ts';
import { measureNetwork } from '../../terminal/bench/measure/network.ts';
import type { BoxConfig } from '../../terminal/claiming/config.ts';
import type { RunningConfig } from '../../terminal/config.ts';
import { NotRunning, openBenchLine } from '../bench/line.ts';
import { brokerFindings, openByTcp, trunkFindings } from '../doctor/reach.ts';
import { type Reached, there, wrong } from './reached.ts';

/** Reaches for what a terminal's configuration names; one that runs has its lines, and is not disturbed. */
export async function reachOfTerminal(config: RunningConfig): Promise<Reached[]> {
  if (await runs(config.data)) return [there('the terminal runs and has its lines: tierphone doctor asks it')];
  const [network, broker, trunks] = await Promise.all([
    measureNetwork(hostsOf(config)),
    brokerFindings(config),
    trunkFindings(config),
  ]);
  const { detail, remedy } = network;
  const names = config.sip.trunks.map(({ name }) => name).join(', ');
  return [
    remedy === undefined ? there(`network: ${detail}`) : wrong(detail, 'broker and trunks cannot be reached', remedy),
    ...(broker.length > 0 ? broker.map((finding) => ({ finding })) : [there(`broker ${config.mqtt.url}: lets it in`)]),
    ...(trunks.length > 0 ? trunks.map((finding) => ({ finding })) : [there(`trunk ${names}: its server answers`)]),
  ];
}

/** Whether somebody answers where a phone that is claimed is to ask; without an address it finds one when the handset is lifted. */
export async function reachOfBox({ platform, data }: BoxConfig): Promise<Reached[]> {
  if (await runs(data)) return [there('the phone runs: tierphone doctor asks it')];
  if (platform === undefined) return [there('platform: looked for when the handset is lifted')];
  const { hostname, port, protocol } = new URL(platform.url);
  const silent = await openByTcp(hostname.replace(/^\[|\]$/g, ''), Number(port || (protocol === 'https:' ? 443 : 80)));
  if (silent === null) return [there(`platform ${platform.url}: answers`)];
  return [
    wrong(`platform ${platform.url}: ${silent}`, 'the phone cannot be claimed', 'check platform.url, and the firewall'),
  ];
}

async function runs(folder: string): Promise<boolean> {
  try {
    (await openBenchLine(folder)).close();
    return true;
  } catch (error) {
    if (error instanceof NotRunning) return false;
    throw error;
  }
}
