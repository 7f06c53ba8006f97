import { expect, test } from 'vitest';
import type { RunNews } from '../../../protocol/live.ts';
import { newestRun, runTitle, runWords, withRun } from '../../../web/app/runs.ts';

const at = (seconds: number) => ({ seconds: 1_702_596_000 + seconds, nanoseconds: 0 });
const news = (over: Partial<RunNews> = {}): RunNews => ({
  type: 'run',
  site: 'lngs',
  detector: 'lime',
  run: 42901,
  pedestal: false,
  startedAt: at(0),
  endedAt: null,
  description: '',
  summary: null,
  ...over,
});

test('the header names the run that began last, whichever detector takes it', () => {
  const runs = [
    news(),
    news({ detector: 'mango', run: 7, startedAt: at(5) }),
    news({ run: 42902, startedAt: at(3) }),
  ];
  expect(newestRun(new Map())).toBeUndefined();
  expect(newestRun(runs.reduce(withRun, new Map()))).toMatchObject({ detector: 'mango', run: 7 });
});

test.each([
  [{}, '42901'],
  [{ pedestal: true }, '42901 pedestal'],
  [{ endedAt: at(9) }, '42901 ended'],
])('a run with %j is called %s', (over, words) => {
  expect(runWords(news(over))).toBe(words);
});

test('its title says everything that is known', () => {
  const summary = { complete: false, events: 12, expected: null, clusters: 40, sparks: 0, lightYield: null };
  expect(runTitle(news())).toBe('lime at lngs, began 2023-12-14 23:20:00 UTC');
  expect(
    runTitle(news({ description: 'iron-55', endedAt: at(60), summary: { ...summary, expected: 20 } })),
  ).toBe(
    'lime at lngs, iron-55, began 2023-12-14 23:20:00 UTC, ended 2023-12-14 23:21:00 UTC, 12 of 20 events reconstructed, 40 clusters',
  );
});
