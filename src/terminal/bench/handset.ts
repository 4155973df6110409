import { filter, firstValueFrom } from 'rxjs';
import type { Part, PartResult } from '../../protocol/self-test.ts';
import type { LoopbackResult } from '../audio/port.ts';
import type { Job } from '../call/action.ts';
import type { Clip, Prompt } from '../call/clip.ts';
import { number } from '../call/speech.ts';
import { type Instruments, measurePart } from './measure/measure.ts';
import { ownAddresses } from './measure/network.ts';
import { UNATTENDED } from './test/step.ts';
import { HANDSET, type Tests } from './tests.ts';

/** What came of a job: whether all is well, and what is said. */
export interface Spoken {
  readonly ok: boolean;
  readonly clips: readonly Clip[];
}

const FAULTS: Partial<Record<Part, Prompt>> = {
  network: 'fault-network',
  broker: 'fault-broker',
  trunk: 'fault-trunk',
};

const CORD: Record<LoopbackResult['verdict'], Prompt> = {
  ok: 'test-passed',
  'open-earpiece': 'fault-earpiece',
  'open-microphone': 'fault-microphone',
  'shorted-cord': 'fault-cord',
  unclear: 'test-failed',
};

/** What is said of parts that were looked at: each fault by its name, where it has one. */
export function spoken(results: readonly PartResult[]): Spoken {
  const bad = results.filter(({ verdict }) => verdict === 'failed');
  if (bad.length === 0) return { ok: true, clips: ['test-passed'] };
  const clips = bad.flatMap(({ part }) => FAULTS[part] ?? []);
  return { ok: false, clips: clips.length === bad.length ? clips : [...clips, 'test-failed'] };
}

/** The name of a phone, sign by sign, and its address, number by number. */
export function spelled(terminal: string, address: string | null): Clip[] {
  const name = [...terminal.toLowerCase()].flatMap((sign): Clip[] => {
    if (/[0-9]/.test(sign)) return [`n${Number(sign)}`];
    return /[a-z]/.test(sign) ? [`letter-${sign}`] : [];
  });
  if (address === null) return [...name, 'fault-network'];
  const numbers = address.split('.').map((part) => number(Number(part), 'en'));
  return [...name, ...numbers.flatMap((clips, n): Clip[] => (n === 0 ? clips : ['point', ...clips]))];
}

/** Does what a technician at the handset asked for, but for looking at his code. @throws BenchBusy */
export async function doJob(
  type: Exclude<Job['type'], 'code'>,
  tests: Tests,
  instruments: Instruments & { readonly terminal: string },
): Promise<Spoken> {
  switch (type) {
    case 'sound': {
      const { verdict } = await instruments.drivers.media.loopback();
      return { ok: verdict === 'ok', clips: [CORD[verdict]] };
    }
    case 'network': {
      const parts: Part[] = ['network', 'broker', 'trunk'];
      return spoken(await Promise.all(parts.map((part) => measurePart(part, instruments))));
    }
    case 'identity': {
      const address = ownAddresses().find((own) => own.address.includes('.'))?.address ?? null;
      return { ok: true, clips: spelled(instruments.terminal, address) };
    }
    case 'all': {
      const over = firstValueFrom(tests.finished.pipe(filter(({ result }) => result.by === HANDSET)));
      await tests.start(UNATTENDED, HANDSET);
      return spoken((await over).result.results);
    }
  }
}
