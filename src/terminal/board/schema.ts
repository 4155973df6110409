import { z } from 'zod';
import { BoardFile } from './file.ts';

/** As much of JSON Schema (2020-12) as the schema of board files uses. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
}

/** The schema of board files for editors and other programs: what is written, before defaults. It is kept in `board/board.schema.json`. */
export function boardSchema(): JsonSchema {
  made ??= z.toJSONSchema(BoardFile, { io: 'input' }) as JsonSchema;
  return made;
}

// Made when it is first asked for: most commands have no use for it.
let made: JsonSchema | undefined;

/** Where in a file: keys and places in lists, from the outside in. */
export type Path = readonly (string | number)[];

/** What is written at a place; undefined where there is none. */
export function writtenAt(file: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined,
    file,
  );
}

/** Every form that a schema allows. */
const formsOf = (schema: JsonSchema): readonly JsonSchema[] => schema.oneOf ?? schema.anyOf ?? [schema];

/** The schema of a place in a file; where several forms are possible the one that `kind` in the file names. */
export function schemaAt(file: unknown, path: Path): JsonSchema | undefined {
  let schema: JsonSchema | undefined = boardSchema();
  path.forEach((key, depth) => {
    if (schema === undefined) return;
    const kind = writtenAt(file, [...path.slice(0, depth), 'kind']);
    const forms = formsOf(schema).filter((form) => form.properties || form.items);
    const form = forms.length === 1 ? forms[0] : forms.find((each) => each.properties?.kind?.const === kind);
    schema = typeof key === 'number' ? form?.items : form?.properties?.[key];
  });
  return schema;
}

/** What may stand at a place, in words: "one of onoff, gpiod", "a number from 1200 to 4000000". */
export function wanted(schema: JsonSchema): string {
  const values = formsOf(schema).flatMap((form) => form.enum ?? (form.const === undefined ? [] : [form.const]));
  if (values.length > 0) {
    const nothing = formsOf(schema).some((form) => form.type === 'null');
    return `${values.length > 1 ? 'one of ' : ''}${[...values, ...(nothing ? ['null'] : [])].join(', ')}`;
  }
  const kinds = formsOf(schema).flatMap((form) => form.properties?.kind?.const ?? []);
  if (kinds.length > 0) return `a group of settings with a kind: ${kinds.join(', ')}`;
  const { type, minimum, maximum } = schema;
  switch (type) {
    case 'integer':
      return `a whole number from ${minimum} to ${maximum}`;
    case 'boolean':
      return 'true or false';
    case 'string':
      return 'a text';
    case 'array':
      return 'a list [...]';
    default:
      return 'a group of settings {...}';
  }
}
