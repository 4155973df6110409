import type { SelfTestProgress, SelfTestResult } from '../../protocol/self-test.ts';
import { picture } from './picture.ts';
import { resultLine, verdictLines } from './words.ts';

/** Where a test is shown. */
export interface Show {
  progress(progress: SelfTestProgress): void;
  result(result: SelfTestResult, jws: string): void;
}

/** One screen that changes in place. */
export function onScreen(out: NodeJS.WriteStream): Show {
  let drawn = 0;
  const draw = (lines: readonly string[]) => {
    // Up to where the last picture began, and everything below it gone.
    const back = drawn > 0 ? `\x1b[${drawn}A` : '';
    out.write(`${back}\r\x1b[J${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  return {
    progress: (progress) => draw(picture(progress, out.columns || 80)),
    result: (result) => out.write(`${verdictLines(result).join('\n')}\n`),
  };
}

/** A line for each thing that is new: for a log, a pipe, a screen reader. */
export function asLines(print: (line: string) => void): Show {
  let told = 0;
  let todo = '';
  return {
    progress(progress) {
      for (const result of progress.results.slice(told)) print(resultLine(result));
      told = progress.results.length;
      if (progress.todo !== todo && progress.todo !== '') print(`> ${progress.todo}`);
      todo = progress.todo;
    },
    result: (result) => verdictLines(result).forEach(print),
  };
}

/** A line of JSON for each message. */
export const asJson = (print: (line: string) => void): Show => ({
  progress: (progress) => print(JSON.stringify({ type: 'progress', progress })),
  result: (result, jws) => print(JSON.stringify({ type: 'result', result, jws })),
});
