import { expect, test } from 'vitest';
import { chooseTriggers } from '../../../../actors/sentinel/display/choose-triggers.ts';
import { renderWaveforms } from '../../../../actors/sentinel/display/render-waveforms.ts';
import type { Digitiser } from '../../../../protocol/midas/cygno/cygno.ts';
import { decoded, SHOWN } from './shown.ts';

/** A fast board whose channel 2 has a pulse of so many counts in each trigger. */
function board(depths: readonly number[], over: Partial<Digitiser> = {}): Digitiser {
  const [samples, channels] = [1024, 8];
  const waveforms = new Uint16Array(depths.length * channels * samples).fill(3_300);
  for (const [trigger, depth] of depths.entries())
    waveforms.fill(
      3_300 - depth,
      (trigger * channels + 2) * samples + 300,
      (trigger * channels + 2) * samples + 310,
    );
  return {
    model: 1742,
    samples,
    channels,
    triggers: depths.length,
    levels: 4096,
    sampling: 1333,
    sampleNs: 1.333,
    dcOffsets: new Uint32Array(channels),
    timeTags: Uint32Array.from(depths, (_, trigger) => (190e6 + trigger * 1e6) / 8.5),
    startCells: new Uint32Array(depths.length),
    waveforms,
    ...over,
  };
}

test('the triggers with the deepest pulses are shown, in the order of time', () => {
  const chosen = chooseTriggers(board([10, 500, 20, 300, 400]));
  expect(chosen.map(({ trigger, depth }) => [trigger, depth])).toEqual([
    [1, 500],
    [3, 300],
    [4, 400],
  ]);
  expect(chosen[0]).toMatchObject({ channel: 2, atNs: 300 * 1.333 });
});

test('a pulse is drawn in the colour of its photomultiplier, at its time', () => {
  const picture = renderWaveforms({ shown: SHOWN, boards: [board([1_000])], exposure: 0.3 });
  const png = decoded(picture?.png ?? new Uint8Array());
  expect([png.width, png.height]).toEqual([picture?.width, picture?.height]);
  const orange = ([red, green, blue]: readonly number[]) =>
    (red ?? 0) > 180 && (green ?? 0) > 120 && (blue ?? 0) < 60;
  const places = Array.from(
    { length: png.width * png.height },
    (_, at) => [at % png.width, Math.floor(at / png.width)] as const,
  )
    .filter(([x, y]) => y > 120 && orange(png.at(x, y)))
    .map(([x]) => x);
  expect(places.length).toBeGreaterThan(50);
  // 62 pixels of margin, then 822 for 1024 samples.
  const expected = 62 + (305 / 1024) * 822;
  const mean = places.reduce((sum, x) => sum + x, 0) / places.length;
  expect(Math.abs(mean - expected)).toBeLessThan(12);
});

test('whoever does not see it is told of the deepest pulse of each board', () => {
  const slow = board([40, 70], { model: 1720, sampleNs: 4 });
  const unknown = board([9], { model: 9999, sampleNs: null });
  expect(
    renderWaveforms({ shown: SHOWN, boards: [board([1_000]), slow, unknown], exposure: null })?.text,
  ).toBe(
    'Waveforms of lime at lngs, run 42901, event 93, 2023-12-14 23:35:49 UTC: board 1742 has 1 trigger, the deepest pulse is 1,000 ADC counts on channel 2 at 400 ns; board 1720 has 2 triggers, the deepest pulse is 70 ADC counts on channel 2 at 1,200 ns; board 9999 has 1 trigger, the deepest pulse is 9 ADC counts on channel 2 at 300 samples.',
  );
});

test.each([
  ['no board', []],
  ['a board that was not triggered', [board([])]],
  ['a board without photomultipliers', [board([5], { channels: 1, waveforms: new Uint16Array(1024) })]],
])('with %s there is nothing to draw', (_, boards) => {
  expect(renderWaveforms({ shown: SHOWN, boards, exposure: 0.3 })).toBeUndefined();
});
