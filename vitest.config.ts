import { defineConfig } from 'vitest/config';
import { TallyReporter } from './test/reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', new TallyReporter()],
    // Fetches nats-server on the first run, before the clock of any test is running.
    globalSetup: 'test/global-setup.ts',
    // Most tests start real servers; the machine they are sized for has two cores.
    pool: 'forks',
    maxWorkers: 2,
    // Only to end what hangs: a busy machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
