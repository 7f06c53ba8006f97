import { defineConfig } from 'vitest/config';
import { TallyReporter } from './test/reporter.ts';
import { LongestFirst } from './test/sequencer.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', new TallyReporter()],
    // Fetches nats-server on the first run, before the clock of any test is running.
    globalSetup: 'test/global-setup.ts',
    // Most tests start real servers, and wait for them: one more than the two cores of the machine that they are sized for.
    pool: 'forks',
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // A machine that nobody watches must not stop for one start in a thousand; which tests needed it is told at the end.
    retry: process.env['CI'] ? 1 : 0,
    // Only to end what hangs: a busy machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
