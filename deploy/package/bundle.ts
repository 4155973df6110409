import { existsSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { filesUnder } from './files.ts';

/** Not bundled: what has a native part or WebAssembly beside it, or is loaded by its name as the program runs. */
export const PHONE_PACKAGES = ['@serialport/bindings-cpp', 'alawmulaw', 'koffi', 'opusscript', 'sherpa-onnx-node'];
/** Of these, npm leaves out what could not be built. */
export const OPTIONAL_PACKAGES = ['onoff'];
/** What only a server runs, left as npm has it: nobody waits for a server's start. */
export const SERVER_PACKAGES = [
  '@electric-sql/pglite',
  '@electric-sql/pglite-socket',
  '@fastify/static',
  '@fastify/swagger-ui',
  '@fastify/websocket',
  '@node-rs/argon2',
  'aedes',
  'fastify',
  'kysely',
  'pg',
];

export interface BundleOptions {
  /** The checkout, compiled. */
  readonly root: string;
  /** Folder for the bundle: its packages that are not bundled are found in `node_modules` of one above. */
  readonly out: string;
  /** Programs by their name in the bundle: paths under `dist`. */
  readonly programs: Readonly<Record<string, string>>;
}

/**
 * Makes few files of a thousand modules, our own and of npm: a Pi opens each of them from an SD card when it starts. What
 * threads and child processes run lies beside them, as their starters expect. Returns the folders of the npm packages that went into it.
 */
export async function bundle({ root, out, programs }: BundleOptions): Promise<string[]> {
  const dist = join(root, 'dist');
  const threads = filesUnder(join(dist, 'src')).filter(
    // What was compiled once and has no source any more stays out.
    (path) => /(thread|child)\.js$/.test(path) && existsSync(join(root, 'src', path.replace(/js$/, 'ts'))),
  );
  const input = Object.fromEntries([
    ...Object.entries(programs).map(([name, path]) => [name, join(dist, path)]),
    ...threads.map((path) => [basename(path, '.js'), join(dist, 'src', path)]),
  ]);
  const external = [...PHONE_PACKAGES, ...OPTIONAL_PACKAGES, ...SERVER_PACKAGES].map(
    (name) => new RegExp(`^${name}($|/)`),
  );
  const build = await rolldown({ cwd: root, input, platform: 'node', external, logLevel: 'warn' });
  try {
    const { output } = await build.write({
      dir: out,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      // A line of a stack that a technician sends us must be readable.
      minify: false,
    });
    const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
    const folders = modules.map(
      (path) => /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(relative(root, path))?.[0],
    );
    return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
  } finally {
    await build.close();
  }
}
