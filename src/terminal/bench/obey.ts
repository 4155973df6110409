import type { CommandOrder } from '../../protocol/command.ts';
import type { Diagnosis } from '../../protocol/finding.ts';
import type { TerminalEvent } from '../../protocol/messages.ts';
import { PARTS } from '../../protocol/self-test.ts';
import { BenchBusy } from './port.ts';
import type { Tests } from './tests.ts';

/** What commands are obeyed with. */
export interface Deeds {
  readonly tests: Tests;
  diagnosis(): Diagnosis;
  tell(event: TerminalEvent): void;
  /** Ends the process, to be started again. */
  restart(why: string): void;
  /** Ends the call that is up. */
  cutOff(): void;
}

/** Does what staff command; resolves with one line of what was done. @throws BenchBusy where it is not done */
export async function obey({ command, issuer }: CommandOrder, deeds: Deeds): Promise<string> {
  const { tests } = deeds;
  switch (command.type) {
    case 'self-test':
      if (command.do === 'start') {
        const test = await tests.start(command.parts ?? PARTS, issuer);
        return `self-test ${test.id} has begun`;
      }
      return steer(tests, command.do, issuer);
    case 'doctor':
      deeds.tell({ type: 'diagnosis', diagnosis: deeds.diagnosis() });
      return 'the diagnosis is on its way';
    case 'restart':
      if (!command.now && isUp(tests)) throw new BenchBusy('a call is up: wait for its end, or say now');
      deeds.restart(`${issuer} ordered a restart`);
      return 'the process ends, to be started again';
    case 'cut-off':
      if (!isUp(tests)) throw new BenchBusy('no call is up');
      deeds.cutOff();
      return 'the call was ended';
  }
}

const isUp = ({ seen }: Tests): boolean => seen !== null && seen.phase !== 'idle' && seen.phase !== 'ended';

function steer({ running }: Tests, how: 'skip' | 'yes' | 'no' | 'stop', issuer: string): string {
  if (running === null) throw new BenchBusy('no self-test is under way');
  switch (how) {
    case 'skip':
      running.feed({ type: 'skip' });
      return 'passed over';
    case 'stop':
      running.feed({ type: 'stop', why: `stopped by ${issuer}` });
      return 'stopped';
    case 'yes':
    case 'no':
      running.feed({ type: 'answer', yes: how === 'yes' });
      return 'answered';
  }
}
