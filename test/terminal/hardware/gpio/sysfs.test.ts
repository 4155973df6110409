import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chipOf } from '../../../../src/terminal/hardware/gpio/chip.ts';
import { lineFault } from '../../../../src/terminal/hardware/gpio/fault.ts';
import { chips } from '../../../../src/terminal/hardware/gpio/sysfs/chips.ts';
import { exportLine, writable } from '../../../../src/terminal/hardware/gpio/sysfs/export.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gpio-'));
});
afterEach(() => rm(root, { recursive: true }));

/** A chip as the kernel shows it. */
async function chip(base: number, label: string, lines: number): Promise<void> {
  const folder = join(root, `gpiochip${base}`);
  await mkdir(folder);
  await writeFile(join(folder, 'label'), `${label}\n`);
  await writeFile(join(folder, 'base'), `${base}\n`);
  await writeFile(join(folder, 'ngpio'), `${lines}\n`);
}

async function exported(number: number): Promise<void> {
  const folder = join(root, `gpio${number}`);
  await mkdir(folder);
  for (const file of ['direction', 'value', 'edge', 'active_low']) await writeFile(join(folder, file), '0\n');
}

const wish = (label: string, offset: number) => ({ what: 'hook', line: { chip: label, offset } });

describe('finding a line', () => {
  it('adds the offset to the base of the chip with that label', async () => {
    await chip(512, 'pinctrl-bcm2711', 58);
    await chip(570, 'raspberrypi-exp-gpio', 8);
    const known = await chips(root);
    const found = chipOf(wish('pinctrl-bcm2711', 17), known);
    expect(found.base + 17).toBe(529);
  });

  it('says of each fault which line, why, and what to do', async () => {
    await chip(0, 'one', 8);
    await chip(8, 'two', 8);
    await chip(16, 'two', 8);
    const known = await chips(root);
    const fault = (label: string, offset: number) => () => chipOf(wish(label, offset), known);
    expect(fault('three', 1)).toThrow(
      'hook (three/1): no GPIO chip is labelled three; there is one, two, two: correct the board file',
    );
    expect(fault('two', 1)).toThrow(/^hook \(two\/1\): 2 GPIO chips are labelled two: take one out/);
    expect(fault('one', 8)).toThrow('hook (one/8): one has lines 0 to 7: correct the board file');
    expect(() => chipOf(wish('one', 1), [])).toThrow(/there is none at all/);
  });

  it('says where there is no such folder what to set in the board file', async () => {
    await expect(chips(join(root, 'gpio'))).rejects.toThrow(/CONFIG_GPIO_SYSFS; set "driver": "gpiod"/);
  });

  it('leaves out a chip that goes away as it is read', async () => {
    await chip(512, 'one', 8);
    await mkdir(join(root, 'gpiochip600'));
    expect(await chips(root)).toEqual([{ label: 'one', base: 512, lines: 8 }]);
  });
});

describe('exporting a line', () => {
  it('takes over one that an earlier life has left', async () => {
    await exported(529);
    expect(await exportLine(root, 529)).toBe('taken over');
  });

  it('asks for one, and waits until its files may be written', async () => {
    await writeFile(join(root, 'export'), '');
    expect(await exportLine(root, 529)).toBe('exported');
    expect(await readFile(join(root, 'export'), 'utf8')).toBe('529');
    const may = writable(root, 529, 'both');
    await exported(529);
    await may;
  });
});

describe('an error of the kernel', () => {
  it('becomes one line with a remedy', () => {
    const error = (code: string) => lineFault('hook (a/1)', Object.assign(new Error(code), { code })).message;
    expect(error('EBUSY')).toMatch(/^hook \(a\/1\): another program or a driver of the kernel has it: .*gpioinfo/);
    expect(error('EACCES')).toMatch(/not permitted: add the user .* group/);
    expect(error('EWHAT')).toBe('hook (a/1): EWHAT');
  });
});
