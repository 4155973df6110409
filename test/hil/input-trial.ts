// Runs in a guest with a USB keyboard (QEMU: -device qemu-xhci -device usb-kbd, keys by the monitor's sendkey): opens it as a
// handset and prints one line of JSON an event, until its input ends. The first is {"open":true}; who sends the keys compares.
// usage: node input-trial.js --path /dev/input/event1 [--hook KEY_F1] [--lifted down|up]
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { InputBoard } from '../../src/terminal/hardware/input/wiring.ts';
import { openHardware } from '../../src/terminal/hardware/open.ts';

const { values: options } = parseArgs({
  options: {
    path: { type: 'string' },
    hook: { type: 'string', default: 'KEY_F1' },
    lifted: { type: 'string', default: 'down' },
  },
});

const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);

const wiring = InputBoard.parse({
  kind: 'input',
  path: options.path,
  hook: { key: options.hook, lifted: options.lifted },
});
const phone = await openHardware(wiring, pino({ level: 'warn' }, process.stderr));
phone.events.subscribe(say);
say({ open: true });
process.stdin.once('end', () => void phone.close().then(() => process.exit(0))).resume();
