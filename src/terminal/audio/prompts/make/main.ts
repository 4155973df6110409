import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fingerprint, type Manifest, source } from './manifest.ts';
import { record } from './record.ts';
import { readTexts } from './texts.ts';

/**
 * Makes the recordings of every folder named on the command line: of `<name>.yaml` in it, the WAVs of `<name>/`.
 * A recording there is no text for is removed.
 */
for (const folder of process.argv.slice(2)) {
  const manifest: Manifest = {};
  let [made, bytes] = [0, 0];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
    const name = basename(file, '.yaml');
    rmSync(join(folder, name), { recursive: true, force: true });
    mkdirSync(join(folder, name));
    for (const spoken of readTexts(join(folder, file))) {
      const wav = await record(spoken);
      writeFileSync(join(folder, name, `${spoken.clip}.wav`), wav);
      manifest[`${name}/${spoken.clip}`] = { from: source(spoken), wav: fingerprint(wav) };
      made++;
      bytes += wav.length;
    }
  }
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  process.stdout.write(`${folder}: ${made} recordings, ${(bytes / 1e6).toFixed(1)} MB\n`);
}
