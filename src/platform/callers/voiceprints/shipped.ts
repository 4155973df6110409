import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../protocol/package-root.ts';
import { Backend } from './backend.ts';
import { Calibration } from './calibration.ts';

const FOLDER = join(packageRoot(), 'src/platform/callers/voiceprints/models');
const CALIBRATION = 'calibration.json';

/** The backends of the models that we ship. */
export const shippedBackends = (): Backend[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json') && file !== CALIBRATION)
    .sort()
    .map((file) => Backend.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))));

/** The calibration that belongs to them. */
export const shippedCalibration = (): Calibration =>
  Calibration.parse(JSON.parse(readFileSync(join(FOLDER, CALIBRATION), 'utf8')));
