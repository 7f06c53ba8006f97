import { expect, test } from 'vitest';
import { event, Keeper, letter, RUN, reached, readings, record, result, T0 } from './books.ts';

const MINUTE = 60_000;

test('a run is held against what its end counts; serials that the camera left out are explained', () => {
  const keeper = new Keeper();
  for (const [n, serial] of [0, 1, 3, 4].entries()) keeper.enter(event(n + 1, serial));
  const gap = {
    ...RUN,
    kind: 'missing',
    first: 2,
    last: 2,
    reason: 'x',
    at: { seconds: T0 / 1000, nanoseconds: 0 },
  } as const;
  keeper.enter({ stream: 'EVENT', sequence: 5, body: { kind: 'serials', gap } });
  for (const [n, serial] of [0, 4, 3].entries()) keeper.enter(result(n + 1, serial));
  keeper.enter(letter('sentinel', 'EVENT', 2, 'PEDESTAL_NONE', 'x.event.raw.lime.trigger.7.1'));
  keeper.enter(reached('stored', 'EVENT', 1, 5));
  keeper.enter(reached('stored', 'RECO', 1, 3));
  const time = { seconds: T0 / 1000, nanoseconds: 0 };
  const runOf = { startedAt: time, pedestal: false, highVoltage: null, exposure: null };
  const { equipment: _, ...run } = RUN;
  const counts = { events: 4, firstSerial: 0, lastSerial: 4, missing: 1, duplicates: 0 };
  keeper.enter({
    stream: 'RUN',
    sequence: 1,
    body: {
      kind: 'end',
      end: {
        ...run,
        ...runOf,
        endedAt: time,
        ending: 'end-of-run',
        error: null,
        equipment: { Trigger: counts, Slow: counts },
        rawEvents: 4,
        bytes: 1,
      },
    },
  });
  keeper.pass(60 * MINUTE);
  expect(keeper.accounts).toMatchObject([
    {
      of: RUN,
      complete: false,
      counts: {
        expected: 5,
        received: 4,
        made: 3,
        listed: 4,
        stored: 3,
        summarised: 0,
        refused: { PEDESTAL_NONE: 1 },
      },
    },
  ]);
  expect(keeper.discrepancies.map(({ stage, state }) => [stage, state])).toEqual([
    ['made', 'explained'],
    ['received', 'explained'],
    ['summarised', 'open'],
  ]);
});

test('a beam file with a record less than the ledger has as filed is open', () => {
  const keeper = new Keeper();
  keeper.enter(readings(1, T0));
  keeper.enter(record(1));
  for (const n of [2, 3]) keeper.enter(record(n));
  keeper.enter(reached('filed', 'SPILL', 1, 3));
  const range = { stream: 'BeamMon', first: 1, last: 3, records: 2, skipped: 1 };
  const file = (source: string, name: string) => ({
    stream: 'LEDGER' as const,
    sequence: 0,
    body: {
      kind: 'file' as const,
      file: {
        format: 'beam-manifest/1' as const,
        file: name,
        bytes: 1,
        sha256: '0'.repeat(64),
        adler32: '00000000',
        records: { in: 2, out: 0 },
        spillCount: { lowest: 1, highest: 3 },
        time: { earliest: '2026-11-21T00:00:00.000000000Z', latest: '2026-11-21T00:00:01.000000000Z' },
        sources: [{ source, ...range }],
        closed: '2026-11-21T00:00:02Z',
        reason: 'stop' as const,
      },
    },
  });
  keeper.enter(file('SPILL@1', 'ours'));
  keeper.enter(file('another client', 'not ours'));
  keeper.pass(5 * MINUTE);
  const files = keeper.accounts.filter(({ of }) => of.kind === 'file');
  expect(files).toMatchObject([{ of: { file: 'ours' }, complete: false, counts: { expected: 3, filed: 2 } }]);
  expect(keeper.discrepancies.find(({ of }) => of.kind === 'file')).toMatchObject({
    stage: 'filed',
    state: 'open',
  });
});
