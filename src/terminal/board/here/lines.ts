import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { chipOf } from '../../hardware/gpio/chip.ts';
import { nameOf } from '../../hardware/gpio/fault.ts';
import { openChips } from '../../hardware/gpio/gpiod/chips.ts';
import { bindLibc } from '../../hardware/gpio/gpiod/libc.ts';
import { chips } from '../../hardware/gpio/sysfs/chips.ts';
import type { GpioBoard, Line } from '../../hardware/wiring.ts';
import type { Finding } from '../check/finding.ts';
import { usesOf } from '../check/uses.ts';
import type { BoardFile } from '../file.ts';
import type { Path } from '../schema.ts';

interface Wish {
  readonly what: string;
  readonly line: Line;
}

/** Finds the chip of a line, or throws an error that says why not. */
type Look = (wish: Wish) => void;

/** Whether the GPIO chips are there by the driver that the file names, and this user may have lines of them. */
export async function lineFindings({ hardware }: BoardFile, root: string): Promise<readonly Finding[]> {
  if (hardware.kind !== 'gpio') return [];
  const uses = usesOf({ hardware: asWritten(hardware) });
  try {
    const { look, close } = hardware.driver === 'onoff' ? await bySysfs(root) : await byDevice();
    try {
      const found = uses.flatMap(({ path, chip, offset, what }) =>
        tryLook(look, path, { what, line: { chip, offset } }),
      );
      return found.slice(0, 1);
    } finally {
      close();
    }
  } catch (error) {
    return [trouble(['hardware', 'driver'], error)];
  }
}

function tryLook(look: Look, path: Path, wish: Wish): Finding[] {
  try {
    look(wish);
    return [];
  } catch (error) {
    const { what, ...rest } = trouble(path, error);
    // Which line it is is told by its place in the file.
    return [{ ...rest, what: what.replace(`${nameOf(wish)}: `, '') }];
  }
}

async function bySysfs(root: string): Promise<{ look: Look; close: () => void }> {
  const folder = `${root}sys/class/gpio`;
  const known = await chips(folder);
  await access(`${folder}/export`, constants.W_OK).catch(() => {
    throw new Error(
      `user ${process.getuid?.() ?? ''} may not write ${folder}/export: add it to the group gpio, and see that udev gives the file to that group`,
    );
  });
  return { look: (wish) => chipOf(wish, known), close: () => undefined };
}

async function byDevice(): Promise<{ look: Look; close: () => void }> {
  const open = await openChips(bindLibc());
  return { look: (wish) => open.fileOf(wish), close: () => open.close() };
}

/** The driver's own errors say what is wrong, and behind a colon what to do. */
function trouble(path: Path, error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  const [, what = message, remedy = 'see the log of the terminal'] =
    message.match(/^((?:\S+ ?(?:\w+ )*\(\S+\): |\/\S+: )?.*?): (.*)$/s) ?? [];
  return {
    level: 'error',
    path,
    what,
    why: 'The phone would have no hook and no keys: no dial tone.',
    remedy: `${remedy}.`,
  };
}

/** Lines as a file has them: label/offset. */
function asWritten(value: GpioBoard | unknown): unknown {
  if (Array.isArray(value)) return value.map(asWritten);
  if (typeof value !== 'object' || value === null) return value;
  if ('chip' in value && 'offset' in value) return `${value.chip}/${value.offset}`;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asWritten(each)]));
}
