import { Pin } from '../../../protocol/pin.ts';
import type { Key, Millis } from '../../../protocol/units.ts';
import type { Job } from '../action.ts';
import type { Clip } from '../clip.ts';
import { end } from '../ending.ts';
import type { Input } from '../input.ts';
import type { CallState, MaintenanceState, Stage } from '../state.ts';
import type { Turn } from '../turn.ts';

/** Nobody has done anything for so long: the technician has gone, and the phone is a phone again. */
const ALONE = 600_000 as Millis;
/** A code is looked at well within this time, or it is wrong. */
const CHECK = 10_000 as Millis;
const LONGEST_CODE = 16;

const JOBS: Partial<Record<Key, Extract<Job['type'], 'sound' | 'network' | 'identity' | 'all'>>> = {
  '3': 'sound',
  '4': 'network',
  '5': 'identity',
  '0': 'all',
};

const at = (turn: Turn, stage: Stage): MaintenanceState => ({ phase: 'maintenance', lift: turn.lift, stage });

/** Lifted while a test has the phone: keys and hook are the test's, and nothing is said but by it. */
export function enterBench(turn: Turn): MaintenanceState {
  turn.enter('maintenance');
  turn.start('stall', ALONE);
  return at(turn, { at: 'bench' });
}

/** A star and a pound were keyed: the technician's code follows, and a pound. */
export function enterCode(turn: Turn): MaintenanceState {
  turn.stop('inter-digit');
  turn.hush('caller');
  turn.enter('maintenance');
  turn.start('stall', turn.rules.stall);
  return at(turn, { at: 'code', code: new Pin() });
}

/** What a technician does at the handset. Between his keys nothing is waited for longer than `ALONE`. */
export function onMaintenance(turn: Turn, call: MaintenanceState, input: Input): CallState {
  const { stage } = call;
  switch (input.type) {
    case 'key':
      return onKey(turn, call, input.key);
    case 'timer':
      return end(
        turn,
        call,
        stage.at === 'code' ? 'caller-timeout' : stage.at === 'checking' ? 'pin-wrong' : 'maintenance',
      );
    case 'said':
      if (stage.at === 'echo') turn.do({ type: 'echo', on: true });
      return call;
    case 'bench':
      return stage.at === 'bench' && !input.on ? end(turn, call, 'maintenance') : call;
    case 'bench-reply':
      if (!('request' in stage) || stage.request !== input.request) return call;
      if (stage.at === 'checking' && !input.ok) return end(turn, call, 'pin-wrong');
      return menu(turn, input.clips);
    default:
      return call;
  }
}

/** Says what each key does, after `before`. */
function menu(turn: Turn, before: readonly Clip[] = []): MaintenanceState {
  turn.say('caller', [...before, 'maintenance-menu', 'maintenance-menu-more']);
  turn.start('stall', ALONE);
  return at(turn, { at: 'menu' });
}

function onKey(turn: Turn, call: MaintenanceState, key: Key): CallState {
  const { stage } = call;
  switch (stage.at) {
    case 'code':
      return onCode(turn, stage.code, key);
    case 'checking':
      return call;
    case 'bench':
      turn.start('stall', ALONE);
      return call;
    case 'menu':
      turn.start('stall', ALONE);
      return onMenu(turn, call, key);
    case 'keys':
      turn.start('stall', ALONE);
      if (stage.star && key === '*') return menu(turn);
      turn.say('caller', [nameOf(key)]);
      return at(turn, { at: 'keys', star: key === '*' });
    case 'echo':
      turn.do({ type: 'echo', on: false });
      return menu(turn);
    case 'working':
      return menu(turn);
  }
}

function onCode(turn: Turn, code: Pin, key: Key): MaintenanceState {
  if (key === '#' && code.length > 0) {
    turn.start('stall', CHECK);
    return at(turn, { at: 'checking', request: turn.bench({ type: 'code', code }) });
  }
  turn.start('stall', turn.rules.stall);
  if (key === '*' || key === '#') return at(turn, { at: 'code', code: new Pin() });
  return at(turn, { at: 'code', code: code.length < LONGEST_CODE ? code.append(key) : code });
}

function onMenu(turn: Turn, call: MaintenanceState, key: Key): CallState {
  const job = JOBS[key];
  if (job !== undefined) {
    turn.say('caller', ['one-moment']);
    return at(turn, { at: 'working', request: turn.bench({ type: job }) });
  }
  switch (key) {
    case '1':
      turn.say('caller', ['maintenance-keys']);
      return at(turn, { at: 'keys', star: false });
    case '2':
      turn.say('caller', ['maintenance-echo']);
      return at(turn, { at: 'echo' });
    case '*':
      return end(turn, call, 'maintenance');
    default:
      return menu(turn);
  }
}

const nameOf = (key: Key): Clip => (key === '*' ? 'star' : key === '#' ? 'pound' : `n${Number(key)}`);
