import { join } from 'node:path';
import { packageVersion } from '../../../src/protocol/package-root.ts';
import { debian, here, kernel, run } from './prepared.ts';

/** Kernel, initramfs and disk of a machine. */
export interface Image {
  readonly kernel: string;
  readonly initrd: string;
  readonly disk: string;
}

/**
 * Makes the disk of a phone in `folder`: Debian 13 with the package of this checkout installed, and `overlays` laid over it.
 * @throws Error with what a step of it said
 */
export function makeImage(folder: string, overlays: readonly string[]): Image {
  const packages = join(folder, 'packages');
  run(process.execPath, ['dist/deploy/package/main.js', packages]);
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const disk = join(folder, 'disk.img');
  const deb = join(packages, `tierphone_${packageVersion()}_${arch}.deb`);
  run(join(here, 'make-image.sh'), [debian(), kernel(), disk, deb, join(here, 'overlay'), ...overlays]);
  return { kernel: join(kernel(), 'vmlinuz'), initrd: join(kernel(), 'initrd.gz'), disk };
}
