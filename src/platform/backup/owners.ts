import { readFile } from 'node:fs/promises';

/** The names of users (`/etc/passwd`) or groups (`/etc/group`), by number and the other way. */
export class Names {
  readonly #rows: readonly (readonly [name: string, number: number])[];

  private constructor(rows: readonly (readonly [string, number])[]) {
    this.#rows = rows;
  }

  /** Those of this machine; none where it has no such file. */
  static async in(file: '/etc/passwd' | '/etc/group'): Promise<Names> {
    const text = await readFile(file, 'utf8').catch(() => '');
    const rows = text.split('\n').map((line) => line.split(':'));
    return new Names(rows.flatMap(([name, , number]) => (name && number ? [[name, Number(number)] as const] : [])));
  }

  name(number: number): string | null {
    return this.#rows.find(([, own]) => own === number)?.[0] ?? null;
  }

  number(name: string | null): number | null {
    return this.#rows.find(([own]) => own === name)?.[1] ?? null;
  }
}
