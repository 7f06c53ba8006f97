import { expect, test } from 'vitest';
import { RunLog } from '../../../../actors/sentinel/pedestals/run-log.ts';
import type { Pedestal } from '../../../../protocol/messages/pedestal.ts';
import type { RunEnd } from '../../../../protocol/messages/run-transition.ts';
import { pedestalRunEnd, rawEventOf } from '../../../helpers/camera-events.ts';

const settings = { minEvents: 100, withinRuns: 2000, warnDays: 10 };
const event = rawEventOf(new Uint8Array(), { run: 20 });

const ended = (run: number, over: Partial<RunEnd> = {}) =>
  pedestalRunEnd([], {
    run,
    rawEvents: 100,
    startedAt: { seconds: event.runOf.startedAt.seconds - 600 * (20 - run), nanoseconds: 0 },
    ...over,
  });

const made = (run: number, over: Partial<Pedestal> = {}): Pedestal => {
  const { startedAt, highVoltage, exposure, pedestal, site, detector } = ended(run);
  return {
    site,
    detector,
    run,
    startedAt,
    highVoltage,
    exposure,
    pedestal,
    camera: 0,
    cameras: [0],
    version: 1,
    madeAt: startedAt,
    events: 100,
    leftOut: [],
    outcome: {
      kind: 'made',
      pictures: 100,
      rows: 4,
      columns: 4,
      body: { name: `lngs/lime/${run}/pedestal-0-1`, bytes: 1, digest: `sha256:${'0'.repeat(64)}` },
      figures: { sum: 1, whole: { mean: 100, sigma: 1 }, regions: [] },
    },
    ...over,
  };
};

const refused = (run: number): Pedestal =>
  made(run, { outcome: { kind: 'refused', code: 'PEDESTAL_UNUSABLE', reason: 'high voltage was on' } });

/** What a run 20 with this log waits for and takes. */
function outcome(ends: readonly RunEnd[], pedestals: readonly Pedestal[], camera = 0) {
  const log = new RunLog();
  for (const end of ends) log.ended(end);
  for (const pedestal of pedestals) log.made(pedestal);
  const choice = log.choose(event, camera, settings);
  return {
    awaited: log.awaited(event, settings),
    chosen: choice.kind === 'chosen' ? choice.pedestal.made.run : choice.kind,
  };
}

test('the latest pedestal is taken and nothing waited for, once all is made', () => {
  expect(outcome([ended(10), ended(17)], [made(10), made(17)])).toEqual({ awaited: undefined, chosen: 17 });
});

test('a pedestal run that has ended is waited for rather than that an older one is taken', () => {
  expect(outcome([ended(10), ended(17)], [made(10)]).awaited).toBe(17);
  expect(outcome([ended(17)], []).awaited).toBe(17);
});

test('one that was refused is not waited for: an older one serves, or none does', () => {
  expect(outcome([ended(10), ended(17)], [made(10), refused(17)])).toEqual({
    awaited: undefined,
    chosen: 10,
  });
  expect(outcome([ended(17)], [refused(17)])).toEqual({ awaited: undefined, chosen: 'none' });
});

test('a pedestal run is waited for until every camera of it is there: one may be quicker than another', () => {
  const first = made(17, { camera: 0, cameras: [0, 1] });
  const second = made(17, { camera: 1, cameras: [0, 1] });
  expect(outcome([ended(10), ended(17)], [made(10), first], 1).awaited).toBe(17);
  expect(outcome([ended(10), ended(17)], [made(10), first, second], 1)).toEqual({
    awaited: undefined,
    chosen: 17,
  });
});

test.each([
  ['with too few events', { rawEvents: 99 }],
  ['with high voltage', { highVoltage: true }],
  ['of another exposure', { exposure: 0.05 }],
  ['later than the run itself', { run: 21 }],
  ['that is a run of data', { pedestal: false }],
  ['of another detector', { detector: 'gin' }],
])('a run %s cannot serve, and is not waited for', (_, over) => {
  expect(outcome([ended(10), ended(17, over)], [made(10)])).toEqual({ awaited: undefined, chosen: 10 });
});

test('what is older than a pedestal that serves is not waited for, whatever became of it', () => {
  expect(outcome([ended(10), ended(17)], [made(17)])).toEqual({ awaited: undefined, chosen: 17 });
});

test('a camera takes its own pedestal', () => {
  const other = made(17, { camera: 1, cameras: [0, 1] });
  expect(outcome([ended(10), ended(17)], [made(10), made(17, { cameras: [0, 1] }), other], 0).chosen).toBe(
    17,
  );
  expect(outcome([ended(10)], [made(10)], 1).chosen).toBe('none');
});
