// Runs in a guest with gpio-mockup: opens the phone of a board file on its lines, lets the wall play it, prints one line of JSON.
// usage: node gpio-trial.js --board board/qemu.json --wall ./wall [--driver onoff|gpiod] [--presses 1000] [--flicks 500] [--seed 1]
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { GpioBoard } from '../../src/terminal/hardware/wiring.ts';
import { chords, flicks, idle, keys, others } from './gpio/checks.ts';
import type { Finding } from './gpio/figures.ts';
import { lives } from './gpio/lives.ts';
import { openPhone } from './gpio/phone.ts';
import { speed } from './gpio/speed.ts';
import { Wall } from './gpio/wall.ts';

const BOUNCE_MS = 10;
const STUCK_MS = 1_500;

const { values: options } = parseArgs({
  options: {
    board: { type: 'string' },
    wall: { type: 'string', default: './wall' },
    driver: { type: 'string', multiple: true, default: ['onoff', 'gpiod'] },
    presses: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '20' },
    flicks: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    hold: { type: 'string' },
  },
});

const file = JSON.parse(readFileSync(options.board ?? '', 'utf8')) as { hardware: object };
/** The board, with what makes it quick enough for 20 presses a second of contacts that bounce 10 ms. */
const boardOf = (driver: string, lifted: 'open' | 'closed' = 'open'): GpioBoard => {
  const board = GpioBoard.parse({ ...file.hardware, driver });
  const timing = { press: 2, debounce: 10, stuck: STUCK_MS, settle: 50 };
  return { ...board, hook: { ...board.hook, lifted }, keypad: { ...board.keypad, ...timing } as GpioBoard['keypad'] };
};

if (options.hold !== undefined) await hold(options.hold);
else await trial();

/** Opens the lines and keeps them until there is no more input. */
async function hold(driver: string): Promise<void> {
  await openPhone(boardOf(driver));
  process.stdout.write('open\n');
  process.stdin.once('end', () => process.exit(0)).resume();
}

async function trial(): Promise<void> {
  const seed = Number(options.seed);
  const program = [fileURLToPath(import.meta.url), '--board', options.board ?? ''];
  const wall = await Wall.start(options.wall);
  const findings: Record<string, Finding> = {};
  const check = async (name: string, what: () => Promise<Finding>) => {
    findings[name] = await what().catch((error: unknown) => ({ wrong: [String(error)], figures: {} }));
    process.stderr.write(`${name}: ${JSON.stringify(findings[name])}\n`);
  };
  for (const driver of options.driver) {
    await wall.order('wire hook high');
    await check(`${driver} speed`, () => speed(boardOf(driver)));
    const phone = await openPhone(boardOf(driver));
    const bench = { phone, wall };
    await check(`${driver} idle`, () => idle(5));
    await wall.order(`bounce ${BOUNCE_MS}`);
    await check(`${driver} chords`, () => chords(bench, STUCK_MS + 300));
    await check(`${driver} others`, () => others(bench));
    await check(`${driver} keys`, () => keys(bench, seed, Number(options.presses), Number(options.rate)));
    await check(`${driver} hook, open when lifted`, () => flicks(bench, seed, Number(options.flicks) / 2));
    await phone.hardware.close();
    await wall.order('hook on');
    await wall.order('wait 50');
    // The other contact of the switch: the same line, the other way round.
    await wall.order('wire hook low');
    const reversed = await openPhone(boardOf(driver, 'closed'));
    wall.take();
    await check(`${driver} hook, closed when lifted`, () =>
      flicks({ phone: reversed, wall }, seed + 1, Number(options.flicks) / 2),
    );
    await reversed.hardware.close();
    await wall.order('hook on');
    await wall.order('bounce 0');
    await check(`${driver} lives`, () => lives(boardOf(driver, 'closed'), wall, program));
  }
  await wall.stop();
  const ok = Object.values(findings).every(({ wrong }) => wrong.length === 0);
  process.stdout.write(`${JSON.stringify({ ok, findings })}\n`);
  process.exitCode = ok ? 0 : 1;
}
