import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Driver of the card that loops what is played to what is heard (snd-aloop). */
const DRIVER = '/sys/bus/platform/drivers/snd_aloop';
const DEVICE = 'snd_aloop.0';

/** A sound card that can be pulled out and put in. */
export class Card {
  readonly id: string;

  /** `id` is what the module was given as `id=`. */
  constructor(id: string) {
    this.id = id;
  }

  get isIn(): boolean {
    return existsSync(`/proc/asound/${this.id}`);
  }

  /**
   * As if unplugged: who has it open is told that there is no such device. Resolves when nobody has it open any more, for which the kernel
   * waits; so it is another process that asks it to.
   */
  async pull(): Promise<void> {
    if (existsSync(`${DRIVER}/${DEVICE}`)) await ask('unbind');
  }

  async put(): Promise<void> {
    if (!existsSync(`${DRIVER}/${DEVICE}`)) await ask('bind');
    for (let n = 0; !this.isIn && n < 100; n++) await wait(50);
    if (!this.isIn) throw new Error(`the card ${this.id} does not come back`);
  }

  /** The process that has a device of the card open; null where there is none. */
  owner(device: number, way: 'p' | 'c'): number | null {
    const folder = `/proc/asound/${this.id}/pcm${device}${way}`;
    for (const sub of readdirSync(folder).filter((name) => name.startsWith('sub'))) {
      const pid = /^owner_pid\s*:\s*(\d+)/m.exec(readFileSync(`${folder}/${sub}/status`, 'utf8'))?.[1];
      if (pid) return Number(pid);
    }
    return null;
  }
}

async function ask(what: 'bind' | 'unbind'): Promise<void> {
  const [code] = await once(spawn('sh', ['-c', `echo ${DEVICE} > ${DRIVER}/${what}`], { stdio: 'inherit' }), 'exit');
  if (code !== 0) throw new Error(`${DRIVER}/${what}: refused`);
}
