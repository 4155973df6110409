import { existsSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { Judge, type Judged, type Verdict } from '../platform/callers/voiceprints/judge.ts';
import { shippedBackends, shippedCalibration } from '../platform/callers/voiceprints/shipped.ts';
import { ENROLLED, Template, templateOf, unfitOf } from '../platform/callers/voiceprints/template.ts';
import type { Unfit, VoiceFeatures } from '../protocol/voice.ts';
import { readYaml } from './file.ts';
import { complain, print, printJson } from './print.ts';
import { checked, strict } from './usage.ts';
import { callersCommands } from './voice/callers.ts';
import { hear } from './voice/hear.ts';

/** `tierphone voice`: judges voices in WAV files, without a phone or a platform; and asks a platform of those of its callers. */
export function voiceCommand(): Command {
  const command = strict(
    new Command('voice')
      .description(
        "Callers' voices at a platform; and voices judged off line: WAV files, 16-bit, mono, 16 or 8 kHz, one answer each.",
      )
      .addCommand(enrolCommand())
      .addCommand(verifyCommand()),
  );
  for (const one of callersCommands()) command.addCommand(one);
  return command;
}

const WORDS: Readonly<Record<Unfit | 'other-models', string>> = {
  'too-little-speech': 'too little speech in it: say more, nearer to the microphone',
  'too-soft': 'too soft: speak up, or raise the level',
  clipped: 'clipped: speak more softly, or lower the level',
  'too-noisy': 'too noisy: find a quieter place',
  'other-models': 'the template was made with other models: enrol anew',
};
const inWords = (why: readonly (Unfit | 'other-models')[]) => why.map((one) => WORDS[one]).join('; ');

const judgeOfOurs = () => new Judge(shippedBackends(), shippedCalibration());

function enrolCommand(): Command {
  return strict(
    new Command('enrol')
      .description(`Make a template of a person's answers, ${ENROLLED} or more.`)
      .argument('<file...>', 'WAV files')
      .requiredOption('-o, --out <file>', 'where the template is written; one that is there is not overwritten')
      .option('--json', 'as JSON')
      .addHelpText(
        'after',
        '\nExit codes: 0 written, 1 answers are not fit or not of one voice, 2 a file cannot be read.',
      )
      .action(enrol),
  );
}

async function enrol(files: readonly string[], { out, json }: { out: string; json?: true }, self: Command) {
  if (files.length < ENROLLED) self.error(`error: ${ENROLLED} files or more are wanted`, { exitCode: 2 });
  if (existsSync(out)) throw new Error(`${out}: is there already: move it away first`);
  const answers = await hear(files);
  const unfit = unfitOf(answers).map(({ answer, why }) => ({ file: files[answer] ?? '', why }));
  const odd =
    unfit.length > 0
      ? []
      : judgeOfOurs()
          .odd(answers)
          .map((n) => files[n] ?? '');
  const made = unfit.length === 0 && odd.length === 0;
  // A voiceprint is nobody's but its owner's.
  if (made) writeFileSync(out, `${JSON.stringify(templateOf(answers))}\n`, { mode: 0o600, flag: 'wx' });
  if (json)
    printJson({
      made,
      template: made ? out : null,
      answers: files.map((file, n) => measuresOf(file, answers[n])),
      unfit,
      odd,
    });
  else {
    for (const { file, why } of unfit) complain(`${file}: ${inWords(why)}`);
    for (const file of odd) complain(`${file}: not the voice of the others: record it anew`);
    print(made ? `${out}: made of ${files.length} answers` : 'no template was made');
  }
  if (!made) process.exit(1);
}

function measuresOf(file: string, features: VoiceFeatures | undefined) {
  const { embeddings: _, frames: _frames, ...measures } = features ?? { embeddings: [] };
  return { file, ...measures };
}

function verifyCommand(): Command {
  return strict(
    new Command('verify')
      .description('Say whether answers of one call are of the person of a template; several are judged together.')
      .argument('<file...>', 'WAV files')
      .requiredOption('-t, --template <file>', 'made by tierphone voice enrol')
      .option('-r, --rate <part>', 'of strangers that may be accepted', checked(z.coerce.number().gt(0).lt(0.5)), 0.01)
      .option('--json', 'as JSON')
      .addHelpText(
        'after',
        '\nExit codes: 0 accepted, 1 unsure, refused or not fit to be judged, 2 a file cannot be read.',
      )
      .action(verify),
  );
}

interface Verify {
  readonly template: string;
  readonly rate: number;
  readonly json?: true;
}

async function verify(files: readonly string[], { template, rate, json }: Verify) {
  const judge = judgeOfOurs();
  const enrolled = judge.enrolled(readYaml(template, Template));
  const answers = await hear(files);
  const verdict = judge.verdict(enrolled, answers, rate);
  if (json) {
    const each = verdict.answers.map((judged, n) => ({ ...measuresOf(files[n] ?? '', answers[n]), ...judged }));
    printJson({ ...verdict, rate, answers: each });
  } else {
    verdict.answers.forEach((judged, n) => {
      print(`${files[n]}: ${ofOne(judged)}`);
    });
    print(ofAll(verdict, rate));
  }
  if (verdict.verdict !== 'accepted') process.exit(1);
}

const ofOne = (judged: Judged): string =>
  'unfit' in judged
    ? inWords(judged.unfit)
    : `log-likelihood ratio ${judged.ratio.toFixed(2)} (scores ${judged.scores.map((score) => score.toFixed(2)).join(', ')})`;

function ofAll({ verdict, ratio, threshold }: Verdict, rate: number): string {
  if (verdict === 'unjudged') return 'unjudged: no answer was fit';
  return `${verdict}: together ${ratio.toFixed(2)}, from ${threshold.toFixed(2)} on ${100 * rate}% of strangers are accepted`;
}
