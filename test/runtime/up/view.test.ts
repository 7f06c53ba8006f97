import { expect, test } from 'vitest';
import type { Health } from '../../../protocol/messages/health.ts';
import { type Picture, plainLine, screen } from '../../../runtime/up/view.ts';
import { rawOf, resultOf } from '../verify/events/camera-facts.ts';

const lane = (stream: string, lag: number): Health['lanes'][number] => ({
  stream,
  position: 5,
  lag,
  rate: 1,
  retries: 0,
  dead: 0,
});

const picture: Picture = {
  experiment: 'numi',
  upMs: 65_000,
  versions: { node: '24' },
  addresses: [],
  spillsPerSecond: 0.5,
  lastSpill: undefined,
  eventsPerSecond: 0.4,
  lastEvent: resultOf({ ...rawOf(2, 7), time: { seconds: 1_795_000_000, nanoseconds: 0 } }),
  beats: [
    { actor: 'recorder', state: 'running', latencies: {}, lanes: [lane('BEAM', 3), lane('SPILL', 0)] },
  ] as unknown as Health[],
  troubles: [],
};

test('the line names the lanes that lag and no others, and the last picture', () => {
  expect(plainLine(picture)).toBe(
    '00:01:05 0.5 spills/s, last spill none, 0.4 pictures/s, last 7 of run 2, lag recorder/BEAM=3',
  );
  expect(plainLine({ ...picture, lastEvent: undefined, beats: [] })).toBe(
    '00:01:05 0.5 spills/s, last spill none, lag none',
  );
});

test('the screen tells what was found in the last picture, and a spark by its name', () => {
  const lineOf = (one: Picture) => screen(one).find(line => line.includes('pictures/s'));
  expect(lineOf(picture)).toContain('last of run 2, event 7 at 2026-11-18T11:06:40.000000000Z: 2 clusters');
  const { lastEvent } = picture;
  const spark = lastEvent && {
    ...lastEvent,
    pictures: lastEvent.pictures.map(one => ({ ...one, kind: 'spark' as const })),
  };
  expect(lineOf({ ...picture, lastEvent: spark })).toContain('a spark');
  expect(lineOf({ ...picture, lastEvent: undefined })).toBeUndefined();
});
