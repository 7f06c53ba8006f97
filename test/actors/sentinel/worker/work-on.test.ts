import { expect, test } from 'vitest';
import type { EventPicture } from '../../../../actors/sentinel/display/render-event.ts';
import { calibrate } from '../../../../actors/sentinel/reconstruction/calibration.ts';
import { evenGains } from '../../../../actors/sentinel/reconstruction/vignetting.ts';
import { workspaceFor } from '../../../../actors/sentinel/reconstruction/workspace.ts';
import type { DisplayKind } from '../../../../actors/sentinel/worker/job.ts';
import { type Bench, workOn } from '../../../../actors/sentinel/worker/work-on.ts';
import { eventBytes, rawEventOf } from '../../../helpers/camera-events.ts';
import { brightPicture, SIDE, smallConfig } from '../running.ts';
import { flatPedestal } from '../small.ts';

const { profile } = smallConfig();
const calibration = calibrate(profile, flatPedestal(profile), evenGains(profile));
const drawing = { png: Uint8Array.of(1), width: 1, height: 1, text: 'a picture' };

const benchOf = (over: Partial<Bench> = {}): Bench => ({
  workspaceFor: ({ profile: of }) => workspaceFor(of),
  renderEvent: () => drawing,
  renderWaveforms: () => undefined,
  now: () => 0,
  ...over,
});

/** An event in shared memory, as the main thread fetches it. */
function job(bytes: Uint8Array, displays: readonly DisplayKind[] = []) {
  const body = new Uint8Array(new SharedArrayBuffer(bytes.length));
  body.set(bytes);
  return {
    event: rawEventOf(bytes),
    body,
    calibrations: new Map([0, 1].map(camera => [camera, calibration])),
    displays,
  };
}

test('pictures are worked on where they were fetched to, behind whatever banks', () => {
  const drawn: EventPicture[] = [];
  const odd = [{ name: 'ODD', type: 1, values: new Uint8Array(13) }];
  const bytes = eventBytes([brightPicture(1)], odd);
  const asked = job(bytes, ['event']);
  workOn(asked, benchOf({ renderEvent: event => (drawn.push(event), drawing) }));
  expect(drawn[0]?.pixels.buffer).toBe(asked.body.buffer);
  expect(drawn[0]?.pixels).toHaveLength(SIDE * SIDE);
});

test('only what is asked for is drawn: the first picture of the event', () => {
  const cameras: number[] = [];
  const bench = benchOf({ renderEvent: ({ shown }) => (cameras.push(shown.camera), drawing) });
  const bytes = eventBytes([brightPicture(1), brightPicture(2)]);
  expect(workOn(job(bytes), bench).displays).toEqual([]);
  expect(workOn(job(bytes, ['event', 'waveforms']), bench).displays).toEqual([
    { kind: 'event', picture: drawing },
  ]);
  expect(cameras).toEqual([0]);
});

test('a display that fails is told and costs nothing else', () => {
  const bench = benchOf({
    renderEvent: () => {
      throw new Error('no such font');
    },
  });
  const done = workOn(job(eventBytes([brightPicture(1)]), ['event']), bench);
  expect(done.displays).toEqual([{ kind: 'event', failed: expect.stringContaining('no such font') }]);
  expect(done.findings.pictures).toMatchObject([{ nSc: 1 }]);
});

test('a camera without tables is no reason to take those of another', () => {
  const { calibrations: _none, ...rest } = job(eventBytes([brightPicture(1)]));
  expect(() => workOn({ ...rest, calibrations: new Map() }, benchOf())).toThrow(
    expect.objectContaining({ code: 'PEDESTAL_NONE' }),
  );
});
