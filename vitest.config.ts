import { defineConfig } from 'vitest/config';
import { TallyReporter } from './test/reporter.ts';

/** Tests of functions: they start nothing and leave nothing behind, and share a process, which saves a quarter of a second a file. */
const OF_FUNCTIONS = [
  'test/{alarms,bench,docs,fixtures,protocol}/**',
  'test/web/!(browser|helpers)/**',
  'test/actors/alarm-dispatcher/fold/**',
  'test/actors/alarm-engine/{life,rules}/**',
  'test/actors/sentinel/{display,pedestals,profiles,reconstruction}/**',
].map(place => `${place}/*.test.ts`);

export default defineConfig({
  test: {
    reporters: ['default', new TallyReporter()],
    // Most tests start real servers, and wait for them: one more than the two cores of the machine that they are sized for.
    pool: 'forks',
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'functions', include: OF_FUNCTIONS, isolate: false } },
      {
        extends: true,
        test: {
          name: 'systems',
          include: ['test/**/*.test.ts'],
          exclude: OF_FUNCTIONS,
          // Fetches nats-server on the first run, before the clock of any test is running.
          globalSetup: 'test/global-setup.ts',
        },
      },
    ],
    // A machine that nobody watches must not stop for one start in a thousand; which tests needed it is told at the end.
    retry: process.env['CI'] ? 1 : 0,
    // Only to end what hangs: a busy machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
