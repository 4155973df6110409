import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeProgram } from '../../src/cli/program.ts';
import { packageVersion } from '../../src/protocol/package-root.ts';
import { bundle, OPTIONAL_PACKAGES, PHONE_PACKAGES, SERVER_PACKAGES } from './bundle.ts';
import { closure } from './closure.ts';
import { completion } from './completion.ts';
import { pack } from './deb.ts';
import { filesUnder, install, isLicence, neededOf } from './files.ts';
import { type Edition, manual } from './manual.ts';

const HOME = 'opt/tierphone';

export interface BuildOptions {
  /** The checkout, compiled, with its node_modules. */
  readonly root: string;
  /** Where the packages go. */
  readonly out: string;
  /** An empty folder to work in. */
  readonly stage: string;
  /** Time of every file in them, seconds since 1970: the same source makes the same bytes. */
  readonly epoch: number;
}

/**
 * Makes `tierphone` (the phone, and the tools of staff) and `tierphone-platform` (what the server needs above that) for
 * this machine's architecture, and returns their files.
 * @throws Error with one line where something that belongs in them is not there
 */
export async function build({ root, out, stage, epoch }: BuildOptions): Promise<string[]> {
  const version = packageVersion();
  const arch = execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim();
  const optional = OPTIONAL_PACKAGES.filter((name) => existsSync(join(root, 'node_modules', name)));
  const phone = closure(root, [...PHONE_PACKAGES, ...optional]);
  const server = closure(root, SERVER_PACKAGES).filter((path) => !phone.includes(path));

  await layPhone(root, join(stage, 'tierphone'), version);
  layHelp(join(stage, 'tierphone'), { version, epoch });
  layServer(root, join(stage, 'tierphone-platform'));
  layModules(root, join(stage, 'tierphone'), phone);
  layModules(root, join(stage, 'tierphone-platform'), server);
  mkdirSync(out, { recursive: true });
  return ['tierphone', 'tierphone-platform'].map((name) => {
    const file = join(out, `${name}_${version}_${arch}.deb`);
    const debian = join(root, 'deploy/package', name);
    pack({ debian, tree: join(stage, name), file, version, arch, epoch });
    return file;
  });
}

async function layPhone(root: string, tree: string, version: string): Promise<void> {
  const put = (from: string, to: string, mode?: 0o755) => install(join(root, from), join(tree, to), mode);
  const lib = join(tree, HOME, 'lib');
  const bundled = await bundle({ root, out: lib, programs: { main: 'src/cli/main.js' } });
  for (const path of filesUnder(lib)) chmodSync(join(lib, path), path === 'main.js' ? 0o755 : 0o644);
  for (const folder of bundled)
    for (const path of readdirSync(join(root, folder)).filter(isLicence))
      put(join(folder, path), `usr/share/doc/tierphone/licences/${folder.replaceAll('node_modules/', '')}/${path}`);
  const prompts = 'src/terminal/audio/prompts';
  for (const path of filesUnder(join(root, prompts)))
    if (/\.(wav|yaml|json)$/.test(path)) put(`${prompts}/${path}`, `${HOME}/${prompts}/${path}`);
  for (const models of ['src/terminal/voice-id/models', 'src/platform/callers/voiceprints/models'])
    for (const path of filesUnder(join(root, models))) put(`${models}/${path}`, `${HOME}/${models}/${path}`);
  for (const path of filesUnder(join(root, 'board'))) put(`board/${path}`, `${HOME}/board/${path}`);
  const manifest = { name: 'tierphone', version, private: true, type: 'module' };
  writeFileSync(join(tree, HOME, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  mkdirSync(join(tree, 'usr/bin'), { recursive: true });
  symlinkSync(`/${HOME}/lib/main.js`, join(tree, 'usr/bin/tierphone'));
  put('deploy/systemd/tierphone-terminal.service', 'lib/systemd/system/tierphone-terminal.service');
  put('deploy/systemd/tierphone-rescue.service', 'lib/systemd/system/tierphone-rescue.service');
  put('deploy/systemd/manager/60-tierphone.conf', 'usr/lib/systemd/system.conf.d/60-tierphone.conf');
  put('deploy/rescue/rescue', `${HOME}/rescue`, 0o755);
  put('deploy/sysusers/tierphone.conf', 'usr/lib/sysusers.d/tierphone.conf');
  put('deploy/tmpfiles/tierphone.conf', 'usr/lib/tmpfiles.d/tierphone.conf');
  put('deploy/udev/60-tierphone.rules', 'lib/udev/rules.d/60-tierphone.rules');
  put('deploy/terminal.yaml', 'etc/tierphone/terminal.yaml.example');
  put('deploy/phone.yaml', `${HOME}/phone.yaml`);
  put('deploy/README.md', 'usr/share/doc/tierphone/README.md');
}

/** The manual, and completion for bash, of every command. */
function layHelp(tree: string, edition: Edition): void {
  const program = makeProgram();
  const put = (path: string, text: string | Buffer) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text, { mode: 0o644 });
  };
  put('usr/share/bash-completion/completions/tierphone', completion(program));
  for (const { name, text } of manual(program, edition)) put(`usr/share/man/man1/${name}.1.gz`, gzipSync(text));
}

function layServer(root: string, tree: string): void {
  const put = (from: string, to: string) => install(join(root, from), join(tree, to));
  const pages = 'dist/src/web/console';
  for (const path of filesUnder(join(root, pages))) put(`${pages}/${path}`, `${HOME}/${pages}/${path}`);
  put('deploy/systemd/tierphone-platform.service', 'lib/systemd/system/tierphone-platform.service');
  for (const name of ['tierphone', 'tierphone-phones'])
    put(`deploy/mosquitto/${name}.conf`, `${HOME}/deploy/mosquitto/${name}.conf`);
  put('deploy/systemd/mosquitto/tierphone.conf', 'lib/systemd/system/mosquitto.service.d/tierphone.conf');
  put('deploy/systemd/manager/70-tierphone-platform.conf', 'usr/lib/systemd/system.conf.d/70-tierphone-platform.conf');
  put('deploy/sysusers/tierphone-platform.conf', 'usr/lib/sysusers.d/tierphone-platform.conf');
  put('deploy/tmpfiles/tierphone-platform.conf', 'usr/lib/tmpfiles.d/tierphone-platform.conf');
  for (const name of ['platform', 'site']) put(`deploy/${name}.yaml`, `etc/tierphone-platform/${name}.yaml.example`);
}

/** @throws Error for a package with a native part that was not built for this machine */
function layModules(root: string, tree: string, packages: readonly string[]): void {
  for (const folder of packages) {
    const files = filesUnder(join(root, folder)).filter((path) => !path.startsWith('node_modules/'));
    const needed = files.filter((path) => neededOf(path, process.arch));
    if (files.includes('binding.gyp') && !needed.some((path) => path.endsWith('.node')))
      throw new Error(`${folder} has no native part for ${process.arch}: run npm rebuild`);
    for (const path of needed) install(join(root, folder, path), join(tree, HOME, folder, path));
  }
}
