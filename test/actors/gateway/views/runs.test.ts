import { expect, test } from 'vitest';
import { RunsView } from '../../../../actors/gateway/views/runs.ts';
import type { RunSummary } from '../../../../protocol/messages/run-summary.ts';
import { begin, end, Fold, STARTED, theBegin, theResult } from '../../run-summary/run.ts';

/** Summaries of a run that goes on, as its fold tells them. */
function summaries(): readonly RunSummary[] {
  const fold = new Fold({ every: '0s' });
  fold.tell(theBegin());
  fold.tell(theResult(0));
  fold.tell(theResult(1));
  return fold.summaries;
}

const later = { startedAt: { ...STARTED, seconds: STARTED.seconds + 900 } };

test('a run is known from its begin, its summaries and its end', () => {
  const runs = new RunsView();
  expect(runs.began(begin(7, { description: 'iron' }))).toMatchObject({
    type: 'run',
    run: 7,
    description: 'iron',
    endedAt: null,
    summary: null,
  });
  const [, first, second] = summaries();
  if (!first || !second) throw new Error('there are three');
  expect(runs.summed(first)).toMatchObject({ description: 'iron', summary: { events: 1, complete: false } });
  expect(runs.ended(end(2))).toMatchObject({
    summary: { events: 1 },
    endedAt: { seconds: STARTED.seconds + 600 },
  });
  expect(runs.summed(second)).toMatchObject({
    endedAt: { seconds: STARTED.seconds + 600 },
    summary: { events: 2 },
  });
});

test('an older summary that comes late, or again, is no news', () => {
  const runs = new RunsView();
  const [, first, second] = summaries();
  if (!first || !second) throw new Error('there are three');
  expect(runs.summed(second)).toBeDefined();
  expect(runs.summed(first)).toBeUndefined();
  expect(runs.summed(second)).toBeUndefined();
});

test('an earlier run is no news, and a later one takes its place with nothing of it', () => {
  const runs = new RunsView();
  const [, first] = summaries();
  if (!first) throw new Error('there are three');
  runs.began(begin());
  runs.summed(first);
  expect(runs.began(begin(8, later))).toMatchObject({ run: 8, summary: null, endedAt: null });
  expect(runs.ended(end(2))).toBeUndefined();
  expect(runs.began(begin(1, later))).toBeUndefined();
  expect(runs.began(begin(1, { startedAt: { ...STARTED, seconds: STARTED.seconds + 901 } }))).toMatchObject({
    run: 1,
  });
});

test('detectors have runs of their own', () => {
  const runs = new RunsView();
  runs.began(begin(8, later));
  expect(runs.began(begin(3, { detector: 'mango' }))).toMatchObject({ run: 3, detector: 'mango' });
});

test('a run that begins again under its number, with the streams made anew, has nothing of the one before', () => {
  const runs = new RunsView();
  const [, , second] = summaries();
  if (!second) throw new Error('there are three');
  runs.summed(second);
  runs.ended(end(2));
  expect(runs.began(begin(7, later))).toMatchObject({ run: 7, summary: null, endedAt: null });
});
