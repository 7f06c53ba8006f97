import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunSummary } from '../../../protocol/messages/run-summary.ts';
import { Fold, picture, spot, theBegin, theEnd, theResult } from './run.ts';

const cluster = fc
  .record({
    light: fc.double({ min: -500, max: 30_000, noNaN: true }),
    length: fc.integer({ min: 5, max: 200 }),
  })
  .map(({ light, length }) => spot(light, { sc_length: length, sc_width: length * 0.8 }));

const event = fc.record({
  clusters: fc.array(cluster, { maxLength: 30 }),
  outcome: fc.constantFrom('reconstructed', 'sampled-out', 'no-picture'),
  spark: fc.boolean(),
  copy: fc.constantFrom(0, 0, 0, 1),
});

/** Where a message goes among the others, after how long, whether it comes twice, and whether the fold dies after it. */
const fate = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  after: fc.integer({ min: 0, max: 20_000 }),
  twice: fc.boolean(),
  dies: fc.boolean(),
});

/** The number of a summary and the time it was made tell of its making, not of the run. */
const ofRun = (summary: RunSummary) => ({ ...summary, version: 0, at: 0 });

test('the summary of a complete run is the same to the last bit, in whatever order its results come, however often, and wherever the fold dies', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(event, fate, fate), { minLength: 1, maxLength: 40 }),
      fate,
      (events, last) => {
        const messages = [
          theBegin(),
          ...events.map(([{ clusters, outcome, spark, copy }], serial) =>
            theResult(serial, {
              outcome,
              copy,
              pictures:
                outcome === 'reconstructed'
                  ? [spark ? picture([], { kind: 'spark' }) : picture(clusters)]
                  : [],
            }),
          ),
          theEnd(events.length),
        ];
        const play = (fates: readonly (typeof last)[]) => {
          const fold = new Fold();
          const order = messages
            .flatMap((message, index) => {
              const one = { message, fate: fates[index] ?? last };
              return one.fate.twice ? [one, one] : [one];
            })
            .map((one, index) => ({ ...one, index }))
            .toSorted((a, b) => a.fate.at - b.fate.at || a.index - b.index);
          for (const { message, fate } of order) {
            fold.tell(message, fate.after);
            if (fate.dies) fold.restart();
          }
          return fold.summaries.findLast(({ complete }) => complete);
        };
        const one = play(events.map(([, first]) => first));
        const other = play(events.map(([, , second]) => second));
        expect(one).toBeDefined();
        expect(JSON.stringify(ofRun(other as RunSummary))).toBe(JSON.stringify(ofRun(one as RunSummary)));
      },
    ),
  );
});
