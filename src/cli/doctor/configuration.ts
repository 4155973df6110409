import { existsSync } from 'node:fs';
import { clearTextIn } from '../../platform/clear.ts';
import type { Finding } from '../../protocol/finding.ts';
import { FileError } from '../file.ts';
import { readPlatformConfig } from '../platform.ts';
import { type Remarks, remarksOf } from '../remarks.ts';

/** Where a server has its platform's configuration. */
export const SERVER_CONFIG = '/etc/tierphone-platform/platform.yaml';

/** Files that cannot be used, a finding a line; `program` is what starts by them. */
export const faulty = ({ message }: FileError, program: 'terminal' | 'platform'): Finding[] =>
  message.split('\n').map((what) => ({
    weight: 'stops-calls',
    what: what.slice(0, 300),
    why: `a ${program} does not start with files that it cannot use`,
    remedy: `correct it; tierphone ${program} --check says whether all is well`,
  }));

/** What `--check` would say of a configuration that can be used. */
export const remarkFindings = ({ allowed, left }: Remarks): Finding[] => [
  ...left.map(
    (what): Finding => ({
      weight: 'soon',
      what: what.slice(0, 300),
      why: 'it is left from the example: nobody is reached by it, and everybody knows it',
      remedy: 'put in what is yours; --check says whether all is well',
    }),
  ),
  ...allowed.map(
    (what): Finding => ({
      weight: 'note',
      what: what.slice(0, 300),
      why: 'whoever is on the way reads passwords and calls, and can speak for the other end',
      remedy: 'use TLS, and take insecure: true away',
    }),
  ),
];

/** What is wrong with a platform's configuration; nothing where there is none. */
export function platformFindings(file: string): Finding[] {
  if (!existsSync(file)) return [];
  try {
    const config = readPlatformConfig(file);
    return remarkFindings(remarksOf(config, clearTextIn(config)));
  } catch (error) {
    if (error instanceof FileError) return faulty(error, 'platform');
    throw error;
  }
}
