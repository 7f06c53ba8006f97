import { expect, test } from 'vitest';
import { calibrate } from '../../../actors/sentinel/reconstruction/calibration.ts';
import { finishPedestal } from '../../../actors/sentinel/reconstruction/pedestal.ts';
import { reconstruct } from '../../../actors/sentinel/reconstruction/reconstruct.ts';
import { evenGains } from '../../../actors/sentinel/reconstruction/vignetting.ts';
import { workspaceFor } from '../../../actors/sentinel/reconstruction/workspace.ts';
import { campaign, DEFAULTS } from '../../../fixtures/midas/campaign.ts';
import { makeRun } from '../../../fixtures/midas/run.ts';
import type { EventTruth } from '../../../fixtures/midas/truth.ts';
import { pictures } from '../../../protocol/midas/cygno/cygno.ts';
import { decodeDataBanks } from '../../../protocol/midas/midas.ts';
import { addPedestalPicture, noPedestalSums } from '../../../protocol/pedestal/sums.ts';
import { smallProfile } from '../sentinel/small.ts';
import { Fold, picture, theBegin, theEnd, theResult } from './run.ts';

const SIDE = 576;
/** The lens takes a tenth away at most within it. */
const RADIUS = 220;

test('the light yield of a simulated iron-55 run is that which the simulation put in', () => {
  const rates = { iron: 4, recoils: 0.05, muons: 0.02, alphas: 0, sparks: 0 };
  const size = { width: SIDE, height: SIDE, pmts: false };
  const [dark, run] = campaign({ ...DEFAULTS, ...size, pedestals: 20, events: 150, rates });
  if (!dark || !run) throw new Error('two runs were planned');
  const profile = smallProfile(SIDE, SIDE);
  let sums = noPedestalSums(SIDE * SIDE);
  for (const { bytes, truth } of makeRun(dark))
    if (truth && 'serial' in truth) sums = addPedestalPicture(sums, pictureIn(bytes));
  const pedestal = finishPedestal(sums, { run: dark.runNumber, version: 1 });
  const calibration = calibrate(profile, pedestal, evenGains(profile));
  const workspace = workspaceFor(profile);

  const fold = new Fold({ spots: { centre: { x: SIDE / 2, y: SIDE / 2 }, radius: RADIUS } });
  fold.tell(theBegin());
  const told: number[] = [];
  let serial = 0;
  for (const { bytes, truth } of makeRun(run)) {
    if (!truth || !('serial' in truth)) continue;
    told.push(...ironOf(truth));
    const made = reconstruct(pictureIn(bytes), calibration, workspace);
    if (made.kind !== 'picture') throw new Error('no sparks were planned');
    const clusters = made.clusters.map(({ label: _label, ...rest }) => rest);
    fold.tell(theResult(serial++, { pictures: [picture(clusters)] }));
  }
  const [summary] = fold.tell(theEnd(serial));
  const { peak = 0, error = 0, spots = 0 } = summary?.lightYield ?? {};
  const mean = told.reduce((sum, counts) => sum + counts, 0) / told.length;
  expect(spots).toBeGreaterThan(0.5 * told.length);
  expect(Math.abs(peak - mean)).toBeLessThan(3 * error);
});

const ironOf = ({ tracks }: EventTruth): number[] =>
  tracks
    .filter(({ kind, x, y }) => kind === 'iron-55' && Math.hypot(x - SIDE / 2, y - SIDE / 2) < RADIUS)
    .map(({ counts }) => counts);

function pictureIn(bytes: Uint8Array): Uint16Array {
  const [found] = pictures(decodeDataBanks(bytes));
  if (!found) throw new Error('an event without a picture');
  return found.pixels;
}
