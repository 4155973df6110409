import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CGROUPS, COPY, FOR_SYSTEMD, removeGroups } from './machine.ts';

/** A Debian that has just been installed: services start when their packages come, which images for containers forbid. */
const AS_INSTALLED = `
rm -rf root/usr/sbin/policy-rc.d root/var/lib/apt/lists/*
rm -rf root/etc/tierphone* root/var/lib/tierphone* root/opt/tierphone root/boot/firmware
mount -t tmpfs -o mode=700 root root/root
mkdir -p root/boot/firmware root/var/log/journal
`;

/** The cable between machines: a bridge in the network namespace of whoever makes them. */
export class Cable {
  readonly #name: string;
  #ports = 0;

  /** @param address of this end, with the length of its prefix */
  constructor(address: string, name = 'cable0') {
    this.#name = name;
    ip('link', 'add', name, 'type', 'bridge');
    ip('address', 'add', address, 'dev', name);
    ip('link', 'set', name, 'up');
  }

  /** Plugs in the machine whose network is that of process `pid`. */
  plug(pid: number, address: string): void {
    this.#ports += 1;
    const port = `port${this.#ports}`;
    ip('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid));
    ip('link', 'set', port, 'master', this.#name, 'up');
    const inside = `ip link set lo up && ip address add ${address} dev eth0 && ip link set eth0 up`;
    execFileSync('nsenter', ['--target', String(pid), '--net', 'sh', '-c', inside]);
  }

  remove(): void {
    ip('link', 'delete', this.#name);
  }
}

const ip = (...args: string[]) => execFileSync('ip', args);

/** What a command has said and how it ended. */
export interface Said {
  readonly status: number | null;
  readonly text: string;
}

export interface Standing {
  readonly name: string;
  /** On the cable, with the length of its prefix. */
  readonly address: string;
  /** Found in its /out. */
  readonly files: Readonly<Record<string, string | Buffer>>;
}

/** A copy of this machine that stands beside it: systemd is its first process, it has a network of its own, and what is done on it is forgotten. */
export class StandingMachine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'machine-'));
  readonly #group: string;
  readonly #outer: ChildProcess;
  /** Of its first process, as it is called here. */
  #first = 0;

  private constructor({ name, files }: Standing) {
    const out = join(this.#folder, 'out');
    mkdirSync(out);
    mkdirSync(join(this.#folder, 'machine'));
    for (const [file, content] of Object.entries(files)) writeFileSync(join(out, file), content);
    this.#group = join(CGROUPS ?? '', `tierphone-${name}-${process.pid}`);
    mkdirSync(this.#group);
    const boot =
      'exec env -i container=other PATH="$PATH" chroot root /lib/systemd/systemd --show-status=no --unit=multi-user.target';
    const inside = `${COPY}${AS_INSTALLED}\necho ${name} > root/etc/hostname\nhostname ${name}\n${FOR_SYSTEMD}\n${boot}`;
    const enter = `echo 0 > ${this.#group}/cgroup.procs\nexec unshare --cgroup sh -c "$INSIDE"`;
    const namespaces = ['--mount', '--pid', '--fork', '--ipc', '--uts', '--net', '--kill-child'];
    this.#outer = spawn('unshare', [...namespaces, 'sh', '-c', enter], {
      env: { PATH: process.env.PATH, LC_ALL: 'C', MACHINE: join(this.#folder, 'machine'), OUT: out, INSIDE: inside },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  /** Resolves when its systemd takes commands. */
  static async start(standing: Standing, cable: Cable): Promise<StandingMachine> {
    const machine = new StandingMachine(standing);
    const pid = machine.#outer.pid ?? 0;
    while (readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync('/proc/self/ns/net')) await pause(10);
    cable.plug(pid, standing.address);
    while (machine.#first === 0) {
      if (machine.#outer.exitCode !== null) throw new Error(`${standing.name} could not be made`);
      machine.#first = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
      await pause(10);
    }
    const isUp = 'test -S /run/systemd/private && systemctl start systemd-journald.socket systemd-journald';
    while ((await machine.run(isUp)).status !== 0) await pause(100);
    return machine;
  }

  /** Runs a shell script on it as root, which ends at the first command that fails. */
  async run(script: string, input = ''): Promise<Said> {
    const into = ['--target', String(this.#first), '--mount', '--pid', '--net', '--ipc', '--uts', '--root', '--wd'];
    const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', HOME: '/root', DEBIAN_FRONTEND: 'noninteractive' };
    const child = spawn('nsenter', [...into, 'bash', '-ec', `cd; ${script}`], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => undefined).end(input);
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
    await once(child, 'close');
    return { status: child.exitCode, text };
  }

  /** Forgets it. */
  async remove(): Promise<void> {
    const gone = once(this.#outer, 'exit');
    this.#outer.kill('SIGKILL');
    await gone;
    removeGroups(this.#group);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
