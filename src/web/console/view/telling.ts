import { notice } from '../../kit/notices.ts';
import { Problem } from '../api/ask.ts';

/** Does `work` when it is asked to; what the server has against it is shown to the person. */
export const telling = (work: () => Promise<void>) => (): void => {
  work().catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    notice(error.message);
  });
};
