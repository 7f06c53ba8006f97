// Takes the optional packages out of package.json and its lock file, in the current directory: the engine that is embedded (0.5 GB)
// and a Node.js, which an image has. `npm ci --omit=optional` would leave out those too that others need for their
// system: the binaries of the bundler and of the renderer of pictures. Checksums of all that stays are kept.
import { readFileSync, writeFileSync } from 'node:fs';

const read = file => JSON.parse(readFileSync(file, 'utf8'));
const write = (file, value) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);

const manifest = read('package.json');
const lock = read('package-lock.json');
for (const name of Object.keys(manifest.optionalDependencies)) delete lock.packages[`node_modules/${name}`];
delete manifest.optionalDependencies;
delete lock.packages[''].optionalDependencies;
write('package.json', manifest);
write('package-lock.json', lock);
