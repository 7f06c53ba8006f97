// node bin/with-node.mjs SCRIPT [ARGUMENT...]: runs a script of this project on the project's Node.js.

import { run } from './bootstrap.mjs';

const [script, ...args] = process.argv.slice(2);
if (script === undefined) throw new Error('usage: node bin/with-node.mjs SCRIPT [ARGUMENT...]');
await run(script, args, { dev: true });
