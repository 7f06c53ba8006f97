import { join } from 'node:path';
import { DetectorDescription } from '../../protocol/detector/description.ts';
import { loadYaml } from './load.ts';

/** What describes LIME, of CYGNO at Gran Sasso. */
export const LIME_FILE = join(import.meta.dirname, '../../fixtures/detector/lime.yaml');

/**
 * A detector's description.
 * @throws SpillwayError CONFIG_UNREADABLE, or CONFIG_INVALID with file, line, key and what is accepted, a line per problem
 */
export const readDetectorFile = (path: string = LIME_FILE): DetectorDescription =>
  loadYaml(path, DetectorDescription);
