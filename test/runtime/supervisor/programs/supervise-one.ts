/** Supervises `serve.ts` for ever and passes its output on: for killing the supervisor. */
import { join } from 'node:path';
import { processService } from '../../../../runtime/supervisor/process-service.ts';
import { supervise } from '../../../../runtime/supervisor/supervisor.ts';

await supervise(
  [
    processService({
      name: 'serve',
      command: process.execPath,
      args: [join(import.meta.dirname, 'serve.ts'), ...process.argv.slice(2)],
      drainMs: 1000,
      onLine: line => process.stdout.write(`${line}\n`),
    }),
  ],
  {
    backOff: { firstMs: 10, maxMs: 100, resetAfterMs: 1000 },
    clock: Date.now,
    random: Math.random,
    onEvent: () => {},
    signal: new AbortController().signal,
  },
);
