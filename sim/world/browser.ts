/** Asks a platform's API as a page of its own does, and keeps the cookie that it is given. */
export class Browser {
  /** The line `Set-Cookie` as it came last; null before. */
  cookie: string | null;
  readonly #address: string;

  constructor(address: string, cookie: string | null = null) {
    this.#address = address;
    this.cookie = cookie;
  }

  /** @throws Error with the platform's own words where it says no, or where nothing answers there */
  async ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#address}/api${path}`, {
      method,
      headers: {
        origin: this.#address,
        ...(this.cookie !== null && { cookie: this.cookie.split(';')[0] ?? '' }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new Error('the platform does not answer', { cause });
    });
    this.cookie = response.headers.getSetCookie()[0] ?? this.cookie;
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${detailOf(answer) ?? response.statusText}`);
    return answer;
  }
}

const detailOf = (problem: unknown): string | null =>
  typeof problem === 'object' && problem !== null && 'detail' in problem ? String(problem.detail) : null;
