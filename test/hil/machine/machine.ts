import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Lines } from '../../process/lines.ts';
import type { Image } from './image.ts';

/** Under emulation, with other work beside it, a boot has taken a minute, ms. */
const BOOT = 240_000;
const COMMAND = 120_000;

/** Where the machine is on its network, and where its own network of this host has it: see network.sh. */
export const GUEST = '10.0.2.15';
export const HOST = '10.0.9.1';
/** The host's loopback, as the machine sees it. */
export const LOOPBACK = '10.0.2.2';
const SHELL = 7_000;
/** What emulates fast and V8 can do with: protection keys and AVX cost Node four times as long. */
const CPU = 'qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt';
const SIP = 5_060;
/** Ports that the machine's kernel gives to who asks for any: see overlay/etc/sysctl.d. */
const MEDIA = { first: 40_000, last: 40_031 };

export interface MachineOptions {
  readonly image: Image;
  /** Scratch folder for sockets. */
  readonly folder: string;
  /** Where the disk is: the image itself, with all that is written thrown away at the end, where not given. */
  readonly disk?: string;
  /** Path of a pty that is the machine's second serial port. */
  readonly serial?: string;
  /** A USB keyboard is plugged in from the start. */
  readonly keyboard?: boolean;
  /**
   * A trial and its arguments, run in place of systemd: see overlay/usr/local/bin/trial. The one processor counts instructions then,
   * a thousand million a second, fewer than a Pi 4's does, so that nothing depends on how busy the host is.
   */
  readonly trial?: readonly string[];
  /** The command of the terminal's unit alone, without systemd: see overlay/usr/local/bin/alone. */
  readonly alone?: boolean;
  /** Is given what comes on its console. */
  readonly said?: (text: string) => void;
}

/** The seconds since the kernel started that a line of a log begins with. */
const monotonic = (line: string): number => Number(/^\[ *([\d.]+)\]/.exec(line)?.[1]);

/** What a script left: all it said, and its exit code. */
export interface Done {
  readonly output: string;
  readonly code: number;
}

let machines = 0;

/** A PC of QEMU, without KVM, whose console, root shell and plug are in our hands. */
export class Machine {
  readonly console = new Lines();
  /** Resolves when QEMU is gone. */
  readonly gone: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #monitor: string;

  /** Powers it on. It is ready for scripts when `booted` resolves. */
  constructor({ image, folder, disk, serial, keyboard, trial, alone = false, said }: MachineOptions) {
    machines += 1;
    this.#monitor = join(folder, `monitor-${machines}`);
    const media = Array.from({ length: MEDIA.last - MEDIA.first + 1 }, (_, n) => MEDIA.first + n);
    const forwards = [
      `tcp:127.0.0.1:${SHELL}-${GUEST}:${SHELL}`,
      ...[SIP, ...media].map((p) => `udp:${GUEST}:${p}-${GUEST}:${p}`),
    ].map((rule) => `hostfwd=${rule}`);
    const drive = disk ?? image.disk;
    const words = ['console=ttyS0 quiet panic=1 mitigations=off systemd.show_status=0'];
    if (alone) words.push('init=/usr/local/bin/alone');
    if (trial) words.push('init=/usr/local/bin/trial --', ...trial);
    const options: readonly (readonly string[])[] = [
      ['-nodefaults', '-no-user-config', '-display', 'none'],
      ['-machine', 'pc', '-cpu', CPU, '-m', '768'],
      trial
        ? ['-accel', 'tcg', '-icount', 'shift=0,sleep=off', '-smp', '1']
        : ['-accel', 'tcg,thread=multi', '-smp', '2'],
      ['-kernel', image.kernel, '-initrd', image.initrd, '-append', words.join(' ')],
      [
        '-drive',
        `if=none,id=disk,file=${drive},format=raw,cache=writeback,snapshot=${disk === undefined ? 'on' : 'off'}`,
      ],
      ['-device', 'virtio-blk-pci,drive=disk'],
      // A trial speaks to nobody, so that several can be in one network.
      ['-netdev', ['user,id=net', ...(trial ? [] : forwards)].join(',')],
      ['-device', 'virtio-net-pci,netdev=net'],
      ['-serial', 'stdio'],
      serial === undefined ? [] : ['-chardev', `serial,id=uart,path=${serial}`, '-serial', 'chardev:uart'],
      ['-monitor', `unix:${this.#monitor},server=on,wait=off`],
      ['-device', 'piix3-usb-uhci,id=usb'],
      keyboard ? ['-device', 'usb-kbd,id=keyboard'] : [],
      ['-no-reboot'],
    ];
    // It must not outlive whoever switched it on.
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...options.flat()], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.gone = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.console.push(text);
        said?.(text);
      });
    }
  }

  /** Resolves when it has come to its shell. */
  async booted(): Promise<void> {
    await Promise.race([
      this.console.until(/hil: shell/, { limit: BOOT }),
      this.gone.then(() => {
        throw new Error(`QEMU ended:\n${this.console.last(20)}`);
      }),
    ]);
    // Its network may come a little later than its shell.
    for (const until = Date.now() + BOOT; ; await pause(200)) {
      const answer = await this.run('true', 10_000).catch((error: Error) => error);
      if (!(answer instanceof Error)) return;
      if (Date.now() > until) throw answer;
    }
  }

  /** A script that goes on: what is written goes to it, what it says comes. It ends when it, or the socket, does. */
  async open(script: string): Promise<Socket> {
    const socket = connect(SHELL, '127.0.0.1');
    // A machine that is switched off resets its connections: whoever reads sees the end.
    socket.on('error', () => socket.destroy());
    await once(socket, 'connect');
    socket.setEncoding('utf8');
    socket.write(`${script}\n`);
    return socket;
  }

  /** Runs a shell script as root and resolves when it is done. @throws Error where it takes longer than `limit` ms */
  async run(script: string, limit = COMMAND): Promise<Done> {
    const socket = await this.open(`exec 2>&1\n(\n${script}\n)\necho "hil: code $?"\nexit`);
    let output = '';
    socket.on('data', (text: string) => {
      output += text;
    });
    let why = 'the machine went away';
    const timer = setTimeout(() => {
      why = `it took longer than ${limit / 1_000} s`;
      socket.destroy();
    }, limit);
    if (!socket.closed) await once(socket, 'close');
    clearTimeout(timer);
    const end = /hil: code (\d+)\n$/.exec(output);
    if (!end) throw new Error(`${why}:\n${script}\n${output}`);
    return { output: output.slice(0, end.index), code: Number(end[1]) };
  }

  /** Runs a script that must do well. @throws Error with what it said where its exit code is not 0 */
  async must(script: string, limit?: number): Promise<string> {
    const { output, code } = await this.run(script, limit);
    if (code !== 0) throw new Error(`${script}\nleft with ${code}:\n${output}`);
    return output;
  }

  /** Resolves when the terminal has said each of these since the machine was switched on. */
  async until(...words: string[]): Promise<void> {
    for (const word of words) await this.console.until(new RegExp(word), { limit: BOOT });
  }

  /** Seconds since its kernel started. */
  async uptime(): Promise<number> {
    return Number((await this.must('cat /proc/uptime')).split(' ')[0]);
  }

  /** When the terminal's log had this word last, in seconds since its kernel started. */
  async told(word: string): Promise<number> {
    return monotonic(
      await this.must(`journalctl -b -o short-monotonic -u tierphone-terminal | grep '${word}' | tail -1`),
    );
  }

  /** A command of QEMU's monitor: `sendkey 5`, `device_del keyboard`. */
  async monitor(command: string): Promise<void> {
    const socket = connect(this.#monitor);
    await once(socket, 'connect');
    socket.write(`${command}\n`);
    // It says its prompt again when it has done it.
    let said = '';
    for await (const chunk of socket) {
      said += String(chunk);
      if (said.includes(command) && said.split('(qemu)').length > 2) break;
    }
    socket.destroy();
  }

  /** Pulls the plug. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.gone;
  }
}
