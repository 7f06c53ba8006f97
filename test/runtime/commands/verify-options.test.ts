import { expect, test } from 'vitest';
import { verifyOptions } from '../../../runtime/commands/verify-options.ts';

const NOW = Date.UTC(2026, 10, 21);

test('a range, a run and a file are three questions, each with its options', () => {
  expect(verifyOptions([], NOW).scope).toEqual({
    kind: 'range',
    fromMs: NOW - 3_600_000,
    toMs: NOW - 10_000,
  });
  expect(verifyOptions(['--run', '42901'], NOW).scope).toEqual({
    kind: 'run',
    run: 42_901,
    detector: undefined,
  });
  expect(verifyOptions(['--file', 'x.mid'], NOW).scope).toEqual({ kind: 'file', path: 'x.mid' });
});

test.each([
  [['--run', '7', '--from', '2026-11-21T00:00:00Z'], '--run and --from'],
  [['--file', 'x.mid', '--run', '7'], '--file and --run'],
  [['--file', 'x.mid', '--to', '2026-11-21T00:00:00Z'], '--file and --to'],
  [['--run', '7', '--front-end', 'http://x'], '--run and --front-end'],
  [['--detector', 'lime', '--from', '2026-11-21T00:00:00Z'], '--run and --from'],
  [['--run', '4.5'], '--run takes the number of a run'],
  [['--detector', 'lime'], '--run takes the number of a run'],
  [['--from', 'yesterday'], '--from takes a time'],
])('%j is refused with what is wrong', (args, message) => {
  expect(() => verifyOptions(args, NOW)).toThrow(
    expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(message) }),
  );
});
