import type { z } from 'zod';
import { inWords } from '../../protocol/words.ts';
import { HttpError } from './access.ts';

/** What was sent, as it should be. @throws HttpError 400 naming the first thing that is wrong */
export function parse<S extends z.ZodType>(schema: S, sent: unknown): z.output<S> {
  const result = schema.safeParse(sent ?? {}, { error: inWords });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new HttpError(400, `${issue?.path.join('.') || 'request'}: ${issue?.message ?? 'not as it should be'}`);
}
