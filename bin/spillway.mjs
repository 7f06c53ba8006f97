#!/usr/bin/env node
// The `spillway` command: makes sure that what it needs is installed, then runs main.ts.

import { run } from './bootstrap.mjs';

await run('main.ts', process.argv.slice(2), { dev: false });
