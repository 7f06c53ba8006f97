import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends the run with a line of its own, `12 passed, 0 failed` or `12 passed, 0 failed, 1 skipped`, which is what
 * continuous integration reads. A file that could not be loaded counts as a failed test, and so does an error outside
 * of any test; a run in which nothing executed is a failed run. Tests that passed only the second time are named above that line.
 */
export class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const flaky: string[] = [];
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        count[test.result().state] += 1;
        if (test.diagnostic()?.flaky) flaky.push(`${module.relativeModuleId}: ${test.name}`);
      }
      if (module.errors().length > 0) count.failed += 1;
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) count.failed += 1;
    }
    if (flaky.length > 0)
      process.stdout.write(`passed only when tried again, to be mended:\n  ${flaky.join('\n  ')}\n`);
    if (count.passed === 0 || count.failed > 0) process.exitCode = 1;
    // A test that never got to run (the run was cancelled) has not passed.
    const skipped = count.skipped + count.pending;
    process.stdout.write(
      `${count.passed} passed, ${count.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
    );
  }
}
