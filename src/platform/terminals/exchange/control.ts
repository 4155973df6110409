import { type IncomingMessage, request as plain } from 'node:http';
import { request as encrypted } from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { certificateFault } from '../../../protocol/certificate.ts';
import { ExchangeError } from './port.ts';

/** For an answer, ms. */
const PATIENCE = 10_000;

/** JSON-RPC 2.0, 5. */
const Answer = z.object({ jsonrpc: z.literal('2.0'), error: z.object({ message: z.string() }).optional() });

/**
 * Has a Kamailio forget in memory where `aor` (user@domain) is registered, by `ul.rm` of its usrloc; that it knows of none is as good.
 * @param ca who is trusted in place of the system's authorities (PEM)
 * @throws ExchangeError
 */
export async function unregister(url: string, aor: string, ca: string | null): Promise<void> {
  const { hostname, host } = new URL(url);
  const name = 'give exchange.control a name that it is for';
  const why = await ask(url, { jsonrpc: '2.0', id: 1, method: 'ul.rm', params: ['location', aor] }, ca).catch(
    (error: Error) =>
      certificateFault(error, { host: hostname, ca: 'exchange.ca', name }) ??
      (error.name === 'AbortError' ? 'no answer' : error.message),
  );
  if (why !== null)
    throw new ExchangeError(`the exchange at ${host} does not end registrations (exchange.control): ${why}`);
}

/** What is wrong, where it answers at all; else null. */
async function ask(url: string, question: object, ca: string | null): Promise<string | null> {
  const body = JSON.stringify(question);
  const options = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    signal: AbortSignal.timeout(PATIENCE),
    agent: false as const,
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = url.startsWith('https:')
      ? encrypted(url, { ...options, ...(ca !== null && { ca }) })
      : plain(url, options);
    asked.once('response', resolve).on('error', reject).end(body);
  });
  const answer = await text(response);
  try {
    return Answer.parse(JSON.parse(answer)).error?.message ?? null;
  } catch {
    return `it answers ${response.statusCode}, and not as Kamailio does`;
  }
}
