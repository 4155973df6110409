import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../protocol/package-root.ts';
import { KEYS, MOSQUITTO } from './places.ts';
import { put } from './put.ts';
import type { Step } from './step.ts';

const CONF = `${MOSQUITTO}/conf.d`;

const ours = (name: string) => readFileSync(join(packageRoot(), 'deploy/mosquitto', name), 'utf8');
/** The files, and what stands in each. */
const FILES: Readonly<Record<string, () => string>> = {
  [`${MOSQUITTO}/certs/phones-ca.crt`]: () => readFileSync(join(KEYS, 'ca.crt'), 'utf8'),
  [`${CONF}/tierphone-phones.conf`]: () => ours('tierphone-phones.conf'),
  [`${CONF}/tierphone.conf`]: () => ours('tierphone.conf'),
};

/** How Mosquitto is configured: our files as they come, and whom phones are certified by. One that somebody has changed since is his. */
export function brokerFilesStep(): Step {
  const missing = () => Object.entries(FILES).filter(([path]) => !existsSync(path));
  return {
    what: `the broker's configuration: ${CONF}/tierphone.conf, tierphone-phones.conf`,
    there: async () => missing().length === 0,
    make: async () => {
      for (const [path, content] of missing()) await put(path, content(), 'all');
    },
  };
}
