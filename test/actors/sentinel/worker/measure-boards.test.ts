import { expect, test } from 'vitest';
import {
  FAST_PMT,
  measureWaveform,
  SLOW_PMT,
} from '../../../../actors/sentinel/reconstruction/waveform/measure-waveform.ts';
import { measureBoards } from '../../../../actors/sentinel/worker/measure-boards.ts';
import { type Digitiser, waveform } from '../../../../protocol/midas/cygno/cygno.ts';

/** A board whose channels have a pulse each, of a depth and at a place of its own. */
function board(model: number, samples: number, channels: number, triggers: number): Digitiser {
  const waveforms = new Uint16Array(triggers * channels * samples).fill(3500);
  for (let one = 0; one < triggers * channels; one++)
    for (let at = 0; at < 40; at++)
      waveforms[one * samples + samples / 2 + at + one] = 3500 - 10 * one - 8 * Math.min(at, 40 - at);
  return {
    model,
    samples,
    channels,
    triggers,
    levels: 4096,
    sampling: 0,
    sampleNs: 4 / 3,
    dcOffsets: new Uint32Array(channels),
    timeTags: new Uint32Array(triggers).map((_, trigger) => 2 ** 24 * (trigger + 1)),
    startCells: null,
    waveforms,
  };
}

test('channels 1 to 4 of both boards are measured, each with the numbers of its board', () => {
  const fast = board(1742, 1024, 32, 2);
  const slow = board(1720, 4000, 8, 1);
  const { waveforms, warnings } = measureBoards([fast, slow], 0.3);
  expect(warnings).toEqual([]);
  expect(waveforms.map(({ board: model, trigger, channel }) => `${model} ${trigger} ${channel}`)).toEqual(
    ['1742 0', '1742 1', '1720 0'].flatMap(of => [1, 2, 3, 4].map(channel => `${of} ${channel}`)),
  );
  expect(waveforms[5]).toEqual({
    board: 1742,
    trigger: 1,
    channel: 2,
    sampleNs: 4 / 3,
    insideExposure: true,
    timeTagNs: 2 ** 25 * 8.5,
    ...measureWaveform(waveform(fast, 1, 2), FAST_PMT),
  });
  expect(waveforms[8]).toMatchObject(measureWaveform(waveform(slow, 0, 1), SLOW_PMT));
});

test('where the run does not say its exposure, nothing is told to be inside or outside', () => {
  const { waveforms } = measureBoards([board(1742, 1024, 32, 1)], null);
  expect(waveforms.map(({ insideExposure }) => insideExposure)).toEqual([null, null, null, null]);
});

test('a board with fewer channels gives those it has; an unknown one, or one with a baseline only, is told', () => {
  const { waveforms, warnings } = measureBoards(
    [board(1720, 4000, 3, 1), board(1751, 1024, 8, 1), board(1720, 400, 8, 1)],
    0.3,
  );
  expect(waveforms.map(({ channel }) => channel)).toEqual([1, 2]);
  expect(warnings).toEqual([
    'waveforms of board 1751 are not measured: its model is unknown',
    'waveforms of board 1720 are not measured: 400 samples, the baseline alone takes 400',
  ]);
});
