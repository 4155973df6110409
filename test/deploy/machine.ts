import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where this machine's one tree of control groups is mounted, if it is. */
export const CGROUPS = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((path) => {
  try {
    readFileSync(join(path, 'cgroup.procs'));
    return true;
  } catch {
    return false;
  }
});

/** Whether this process may make machines to throw away. */
export const mayMake =
  CGROUPS !== undefined && spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']).status === 0;

interface Run {
  readonly status: number | null;
  readonly lines: string[];
  readonly stderr: string;
}

/** What mounts a copy of this machine in ./root, with its files in memory. `/out` in it is the folder `out` here. */
export const COPY = `
set -e
mount -t tmpfs none "$MACHINE"
cd "$MACHINE"
mkdir upper work root
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
mount -t proc proc root/proc
mount --rbind /dev root/dev
mount -t tmpfs none root/tmp
mkdir root/out
mount --bind "$OUT" root/out
`;

/** Has systemd be the first process of the copy, and start nothing that is not asked for. */
export const FOR_SYSTEMD = `
# The kernel is this machine's own: nothing in it is set.
mount --bind root/proc/sys root/proc/sys
mount -o remount,bind,ro root/proc/sys
mount -t sysfs -o ro none root/sys
mount -t cgroup2 none root/sys/fs/cgroup
mount -t tmpfs none root/run
rm -rf root/etc/systemd/system/*.wants root/lib/systemd/system/*.target.wants root/etc/fstab
`;

/** Makes systemd that, and has it run "scenario". */
const BOOT = `${FOR_SYSTEMD}
cat > root/etc/systemd/system/scenario.service <<END
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
TimeoutStartSec=infinity
ExecStart=/bin/sh /out/scenario
ExecStopPost=/bin/systemctl --force exit
StandardOutput=file:/out/stdout
StandardError=file:/out/stderr
END
exec env -i container=other PATH="$PATH" chroot root /lib/systemd/systemd --unit=scenario.service --show-status=no
`;

/**
 * A copy of this machine to install on: it shares the kernel, and what is changed in it is forgotten. Files in `files` (by
 * name) are found in its /out.
 */
export class Machine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'machine-'));
  readonly #out = join(this.#folder, 'out');

  constructor(files: Readonly<Record<string, string | Buffer>>) {
    mkdirSync(this.#out);
    mkdirSync(join(this.#folder, 'machine'));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(this.#out, name), content);
  }

  /** Runs a shell script as root, each time on a new copy; it ends at the first command that fails. */
  run(script: string): Run {
    const enter = `${COPY}\nexec chroot root sh -ec "$SCRIPT"`;
    const { status, stdout, stderr } = this.#enter(['--mount'], enter, { SCRIPT: script });
    return { status, stderr, lines: stdout.trim().split('\n') };
  }

  /** Runs `before` on a new copy, starts systemd there as its first process and has it run `scenario`, as `run` does. */
  boot(before: string, scenario: string): Run {
    writeFileSync(join(this.#out, 'scenario'), `set -e\n${scenario}\necho the end\n`);
    const group = join(CGROUPS ?? '', `tierphone-${process.pid}`);
    mkdirSync(group);
    const enter = `echo 0 > ${group}/cgroup.procs\nexec unshare --cgroup sh -c "$ENTER"`;
    const inside = `${COPY}\nchroot root sh -ec "$BEFORE" >&2\n${BOOT}`;
    const { status, stderr } = this.#enter(['--mount', '--pid', '--fork', '--ipc', '--uts', '--kill-child'], enter, {
      ENTER: inside,
      BEFORE: before,
    });
    removeGroups(group);
    const read = (name: string) => spawnSync('cat', [join(this.#out, name)], { encoding: 'utf8' }).stdout;
    return { status, lines: read('stdout').trim().split('\n'), stderr: stderr + read('stderr') };
  }

  /** Forgets everything. */
  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #enter(namespaces: readonly string[], script: string, env: Readonly<Record<string, string>>) {
    return spawnSync('unshare', [...namespaces, 'sh', '-c', script], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LC_ALL: 'C', MACHINE: join(this.#folder, 'machine'), OUT: this.#out, ...env },
      timeout: 300_000,
      killSignal: 'SIGKILL',
    });
  }
}

/** A group can be removed when there is none in it. */
export function removeGroups(group: string): void {
  // What was killed takes a moment to be gone.
  const remove = `until find ${group} -depth -type d -exec rmdir {} + 2>/dev/null; do sleep 0.1; done`;
  spawnSync('sh', ['-c', remove], { timeout: 20_000 });
}
