import type { Action } from '../call/action.ts';
import type { Drivers } from '../drivers.ts';
import type { Line } from './line.ts';

/**
 * Does one action. Returns a promise only where the next action must wait: for the journal,
 * whose entry is on the disk before anything that follows from it is done.
 */
export function run(
  action: Action,
  line: Line,
  { bench, fleet, journal, listener, media, timers }: Omit<Drivers, 'telephony'>,
): Promise<void> | undefined {
  switch (action.type) {
    case 'journal':
      return journal.append(action.entry);
    case 'start-timer':
      timers.start(action.timer, action.call, action.run, action.after);
      return undefined;
    case 'stop-timer':
      timers.stop(action.timer);
      return undefined;
    case 'say':
      media.say(action);
      return undefined;
    case 'hush':
      media.hush(action.to);
      return undefined;
    case 'tone':
      media.tone(action.tone);
      return undefined;
    case 'key-beep':
      media.keyBeep();
      return undefined;
    case 'bridge':
      media.bridge(action.call, action.on);
      return undefined;
    case 'send-digit':
      media.sendDigit(action.call, action.digit);
      return undefined;
    case 'set-volume':
      media.setVolume(action.gain);
      return undefined;
    case 'set-levels':
      media.setLevels('caller', action.levels.caller);
      media.setLevels('callee', action.levels.callee);
      return undefined;
    case 'echo':
      media.echo(action.on);
      return undefined;
    case 'warm-voice':
      listener.warm();
      return undefined;
    case 'listen':
      if (action.listen === null) listener.stop();
      else listener.listen(action.call, action.listen, action.take, action.longest);
      return undefined;
    case 'keep-name':
      media.keepName(action.caller, Buffer.from(action.name.reveal(), 'base64'));
      return undefined;
    case 'watch':
      listener.watch(action.call);
      return undefined;
    case 'tell':
      fleet.tell(action.event);
      return undefined;
    case 'bench':
      bench.work(action.call, action.request, action.job);
      return undefined;
    case 'dial':
      line.dial(action.call, action.number, {
        privileged: action.privileged,
        ...(action.hidden && { hidden: true }),
      });
      return undefined;
    case 'hang-up':
      line.hangUp(action.call);
      return undefined;
    case 'ask':
      fleet.ask(action.call, action.request, action.ask);
      return undefined;
  }
}
