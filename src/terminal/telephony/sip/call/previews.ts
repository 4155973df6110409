import { header, type Message } from '../wire/message.ts';

const MOST = 8;

/**
 * SDP in provisional responses that are not sent reliably. The first SDP would bind SIP.js, as RFC 3261 13.2.1 has it; but
 * only the 200 says where a call that is answered has its media, and gateways say another address there than with their
 * announcements. So SIP.js is shown these only where the 200 has none.
 */
export class Previews {
  readonly #bodies = new Map<string, Pick<Message, 'body'> & { readonly type: string }>();

  /** The response as SIP.js is to see it. */
  sift(response: Message): Message {
    const status = response.status ?? 0;
    const tag = response.toTag ?? '';
    if (status > 100 && status < 200 && response.body !== '' && !isReliable(response)) {
      const type = header(response, 'content-type') ?? '';
      if (this.#bodies.size < MOST || this.#bodies.has(tag)) this.#bodies.set(tag, { body: response.body, type });
      return { ...response, headers: response.headers.filter(([name]) => name !== 'content-type'), body: '' };
    }
    const preview = this.#bodies.get(tag);
    if (status < 200 || status >= 300 || response.body !== '' || !preview) return response;
    return { ...response, headers: [...response.headers, ['content-type', preview.type]], body: preview.body };
  }
}

/** RFC 3262 4. */
function isReliable(response: Message): boolean {
  return /(^|[\s,])100rel([\s,]|$)/i.test(header(response, 'require') ?? '') && header(response, 'rseq') !== undefined;
}
