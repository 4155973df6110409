import type { Part, PartResult, SelfTestResult } from '../../protocol/self-test.ts';

/** Each part in words. */
export const PART_WORDS: Readonly<Record<Part, string>> = {
  network: 'network',
  broker: 'message broker',
  trunk: 'SIP trunk',
  clock: 'clock',
  disk: 'disk',
  sound: 'earpiece, microphone',
  keys: 'keypad',
  hook: 'hook',
  volume: 'volume',
  tamper: 'tamper switch',
  lamps: 'lamps',
  echo: 'hear yourself',
};

const SIGNS: Readonly<Record<PartResult['verdict'], string>> = {
  passed: 'ok',
  failed: 'FAULT',
  skipped: 'skipped',
  'not-fitted': 'none',
  simulated: 'simulated',
};

/** One result as a line: sign, part, what was found. */
export const resultLine = ({ part, verdict, detail }: PartResult): string =>
  `${SIGNS[verdict].padEnd(10)}${PART_WORDS[part].padEnd(22)}${detail}`;

/** The verdict and, for each fault, what to do. */
export function verdictLines({ verdict, results }: SelfTestResult): string[] {
  const head = {
    passed: 'PASSED: this phone is fit for service',
    failed: 'FAILED: this phone is not fit for service',
    incomplete: 'INCOMPLETE: nothing failed, but not all was looked at',
  }[verdict];
  const faults = results.filter((result) => result.verdict === 'failed');
  const named = (of: PartResult['verdict']) =>
    results.filter((result) => result.verdict === of).map(({ part }) => PART_WORDS[part]);
  const left = named('skipped');
  const played = named('simulated');
  return [
    head,
    ...faults.flatMap(({ part, detail, remedy }) => [
      `  ${PART_WORDS[part]}: ${detail}`,
      ...(remedy === null ? [] : [`    -> ${remedy}`]),
    ]),
    ...(played.length > 0 ? [`  simulated: ${played.join(', ')}`] : []),
    ...(left.length > 0 ? [`  not looked at: ${left.join(', ')}`] : []),
  ];
}
