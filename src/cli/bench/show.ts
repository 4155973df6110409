import type { SelfTestProgress, SelfTestResult } from '../../protocol/self-test.ts';
import { print, printJson, screen } from '../print.ts';
import { picture } from './picture.ts';
import { resultLine, verdictLines } from './words.ts';

/** Where a test is shown. */
export interface Show {
  progress(progress: SelfTestProgress): void;
  result(result: SelfTestResult, jws: string): void;
}

/** One screen that changes in place. */
export function onScreen(): Show {
  const shown = screen();
  return {
    progress: (progress) => shown.draw(picture(progress, shown.columns)),
    result: (result) => verdictLines(result).forEach(print),
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
export const asJson = (): Show => ({
  progress: (progress) => printJson({ type: 'progress', progress }),
  result: (result, jws) => printJson({ type: 'result', result, jws }),
});
