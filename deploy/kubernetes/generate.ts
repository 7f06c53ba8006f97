import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifests } from './manifests.ts';

/** Writes `base/`. */
const directory = join(import.meta.dirname, 'base');
await mkdir(directory, { recursive: true });
for (const [name, text] of manifests()) await writeFile(join(directory, name), text);
