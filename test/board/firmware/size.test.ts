import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { has } from './has.ts';
import { SKETCH } from './play.ts';

const ARDUINO = '/usr/share/arduino/hardware/arduino/avr';
const CORE = join(ARDUINO, 'cores/arduino');

interface Chip {
  readonly mcu: string;
  readonly board: string;
  readonly variant: string;
  readonly defines: readonly string[];
  /** Bytes that a sketch may take, beside its boot loader. */
  readonly flash: number;
  readonly ram: number;
}

const USB = ['-DUSB_VID=0x2341', '-DUSB_PID=0x8036', '-DUSB_PRODUCT="Tierphone keypad"'];
const CHIPS: readonly Chip[] = [
  { mcu: 'atmega328p', board: 'AVR_UNO', variant: 'standard', defines: [], flash: 32_256, ram: 2_048 },
  { mcu: 'atmega32u4', board: 'AVR_LEONARDO', variant: 'leonardo', defines: USB, flash: 28_672, ram: 2_560 },
];

/** Builds the whole sketch with Arduino's core as Arduino's own tools do; bytes of flash and of static memory. */
function build(chip: Chip): { flash: number; ram: number } {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-avr-'));
  try {
    const flags = [
      '-c',
      '-Os',
      `-mmcu=${chip.mcu}`,
      '-DF_CPU=16000000L',
      '-DARDUINO=10819',
      `-DARDUINO_${chip.board}`,
      '-DARDUINO_ARCH_AVR',
      ...chip.defines,
      ...['-I', CORE, '-I', join(ARDUINO, 'variants', chip.variant)],
      ...['-ffunction-sections', '-fdata-sections', '-flto'],
    ];
    const cpp = ['-std=gnu++11', '-fno-exceptions', '-fno-threadsafe-statics'];
    const run = (program: string, ...args: string[]) =>
      execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const core = (end: string) => files(CORE, end);
    run('avr-gcc', ...flags, '-w', '-std=gnu11', ...core('.c'));
    run('avr-gcc', ...flags, '-w', '-x', 'assembler-with-cpp', ...core('.S'));
    // Debian's compiler is older than the one that Arduino ships, and keeps this one name from C++.
    run('avr-g++', ...flags, ...cpp, '-w', '-fpermissive', '-DDECIMAL_DIG=__DECIMAL_DIG__', ...core('.cpp'));
    const sketch = [join(SKETCH, 'tierphone.ino'), ...files(join(SKETCH, 'src'), '.cpp')];
    run('avr-g++', ...flags, ...cpp, '-Wall', '-Wextra', '-Werror', '-x', 'c++', '-include', 'Arduino.h', ...sketch);
    const link = ['-Os', '-flto', '-fuse-linker-plugin', '-Wl,--gc-sections', `-mmcu=${chip.mcu}`];
    run('avr-gcc', ...link, ...files(folder, '.o'), '-lm', '-o', 'sketch.elf');
    const sizes = new Map<string, number>();
    for (const line of run('avr-size', '-A', 'sketch.elf').split('\n')) {
      const [section = '', size] = line.split(/\s+/);
      sizes.set(section, Number(size));
    }
    const of = (section: string) => sizes.get(section) ?? 0;
    return { flash: of('.text') + of('.data'), ram: of('.data') + of('.bss') + of('.noinit') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const files = (folder: string, end: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(end))
    .map((name) => join(folder, name));

describe.skipIf(!has('avr-g++') || !existsSync(CORE))(
  'the sketch (needs gcc-avr, avr-libc and arduino-core-avr)',
  () => {
    it.each(CHIPS)('compiles without a warning for $mcu, and takes half of what it has at most', (chip) => {
      const { flash, ram } = build(chip);
      console.log(`${chip.mcu}: ${flash} of ${chip.flash} bytes of flash, ${ram} of ${chip.ram} bytes of memory`);
      expect(flash).toBeLessThan(chip.flash / 2);
      expect(ram).toBeLessThan(chip.ram / 2);
    });
  },
);
