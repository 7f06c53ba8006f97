import { describe, expect, test } from 'vitest';
import { compare, excerpt } from '../../../bench/harness/compare.ts';
import type { Absent, Comparison, Contender } from '../../../bench/harness/comparison.ts';

interface Told {
  readonly name: string;
  readonly answer?: string;
  readonly figures: readonly number[];
  readonly log?: string[];
}

/** A contender that gives one figure after the other, and fails when it has none left. */
function contender({ name, answer, figures, log = [] }: Told): Contender {
  const left = [...figures];
  return {
    name,
    ...(answer !== undefined && { answer: async () => answer }),
    async round() {
      log.push(name);
      const figure = left.shift();
      if (figure === undefined) throw new Error('out of figures');
      return { figure, cpuSeconds: 0.5, peakBytes: figure * 10 };
    },
    async [Symbol.asyncDispose]() {
      log.push(`${name} ended`);
    },
  };
}

const of = (contenders: readonly (Contender | Absent)[], over: Partial<Comparison> = {}): Comparison => ({
  name: 'work',
  title: 'some work',
  unit: 'pieces/s',
  better: 'more',
  quick: true,
  goals: [],
  rounds: 2,
  contenders: async () => contenders,
  ...over,
});

const run = (comparison: Comparison, quick = false) =>
  compare(comparison, { quick, signal: new AbortController().signal, say: () => {} });

describe('compare', () => {
  test('takes rounds in turn, so that a slow minute of the machine meets all, and does not count the first', async () => {
    const log: string[] = [];
    const results = await run(
      of([
        contender({ name: 'spillway', figures: [1, 20, 40], log }),
        contender({ name: 'other 1.0', figures: [1, 10, 10], log }),
      ]),
    );
    expect(log.slice(0, 6)).toEqual([
      'spillway',
      'other 1.0',
      'spillway',
      'other 1.0',
      'spillway',
      'other 1.0',
    ]);
    expect(log.slice(6).toSorted()).toEqual(['other 1.0 ended', 'spillway ended']);
    expect(results).toMatchObject([
      {
        name: 'work',
        contender: 'spillway',
        median: 30,
        lowest: 20,
        highest: 40,
        ratioToUs: 1,
        rounds: 2,
        peakBytes: 400,
      },
      { contender: 'other 1.0', median: 10, ratioToUs: 3, ratioLowest: 2, ratioHighest: 4, cpuSeconds: 0.5 },
    ]);
  });

  test('times nothing when answers differ, and tells both', async () => {
    const log: string[] = [];
    const differing = run(
      of([
        contender({ name: 'spillway', answer: '1.5', figures: [1], log }),
        contender({ name: 'other', answer: '1.4999', figures: [1], log }),
      ]),
    );
    await expect(differing).rejects.toThrow('answers differ\nspillway: 1.5\nother: 1.4999');
    expect(log.toSorted()).toEqual(['other ended', 'spillway ended']);
  });

  test('goes on without another one that fails or is not installed, and says why', async () => {
    const results = await run(
      of([
        contender({ name: 'spillway', figures: [1, 2, 3] }),
        contender({ name: 'fragile', figures: [1, 2] }),
        { name: 'missing', absent: 'no such command', install: 'Debian: apt-get install missing' },
      ]),
    );
    expect(results[1]).toMatchObject({
      contender: 'fragile',
      median: null,
      skipped: 'failed: out of figures',
    });
    expect(results[2]).toMatchObject({
      contender: 'missing',
      skipped: 'no such command',
      install: expect.stringContaining('apt-get'),
    });
  });

  test('fails when ours does', async () => {
    await expect(run(of([contender({ name: 'spillway', figures: [1] })]))).rejects.toThrow('out of figures');
  });

  test('holds a goal against a contender of any version, and a figure of its own against ours', async () => {
    const goals = [
      { against: 'other', times: 3 },
      { figure: 50, source: 'somebody' },
    ];
    const contenders = () => [
      contender({ name: 'spillway', figures: [1, 40, 40] }),
      contender({ name: 'other 2.1', figures: [1, 10, 10] }),
      contender({ name: 'otherwise', figures: [1, 10, 10] }),
    ];
    expect(await run(of(contenders(), { goals }))).toMatchObject([
      { goal: 50, met: false },
      { goal: 3, met: true },
      { goal: null, met: null },
    ]);
    expect((await run(of(contenders(), { goals, better: 'less' }))).map(({ met }) => met)).toEqual([
      true,
      false,
      null,
    ]);
  });

  test('takes fewer rounds for the quick subset', async () => {
    const figures = Array.from({ length: 10 }, () => 1);
    const [ours] = await run(of([contender({ name: 'spillway', figures })], { rounds: 9 }), true);
    expect(ours?.rounds).toBe(3);
  });
});

test('of long answers that differ late, the place where they do is shown', () => {
  const start = 'x'.repeat(1000);
  expect(excerpt(`${start}A`, `${start}B`)).toMatch(/^…x+A$/);
  expect(excerpt('short', 'shirt')).toBe('short');
});
