// Runs in a guest with snd-aloop (its card named by --card, two subdevices at least) as root: the phone's sound on a real card by arecord and
// aplay, with a room on the card's other side. Prints one line of JSON.
// usage: node audio-trial.js [--card Loopback] [--rate 48000]
import { parseArgs } from 'node:util';
import { Card } from './audio/card.ts';
import { counted, late, loopback, openCall, others, pulled, startPhone, ways } from './audio/checks.ts';
import { Room } from './audio/room.ts';
import type { Finding } from './gpio/figures.ts';

const { values: options } = parseArgs({
  options: { card: { type: 'string', default: 'Loopback' }, rate: { type: 'string', default: '48000' } },
});

const findings: Record<string, Finding> = {};
const check = async (name: string, what: () => Promise<Finding>) => {
  findings[name] = await what().catch((error: unknown) => ({ wrong: [String(error)], figures: {} }));
  process.stderr.write(`${name}: ${JSON.stringify(findings[name])}\n`);
};

const rate = Number(options.rate);
const card = new Card(options.card);
const room = new Room(card, rate);
await card.pull();
const phone = await startPhone(card, rate);
await check('late', () => late(card, phone, room));
const far = await openCall(phone);
await check('both ways', () => ways(far, room, phone.media));
await check('pulled in a call', () => pulled(card, phone, far, room));
await check('lost sound', () => counted(card, phone, far, room));
phone.media.release('call');
far.close();
await check('loop-back', () => loopback(phone, room));
await phone.media.close();
await check('others', () => others(card, rate));
await room.stop();
const ok = Object.values(findings).every(({ wrong }) => wrong.length === 0);
process.stdout.write(`${JSON.stringify({ ok, findings })}\n`);
process.exitCode = ok ? 0 : 1;
