import { parentPort } from 'node:worker_threads';
import { renderEvent } from '../../../../actors/sentinel/display/render-event.ts';
import { reconstruct } from '../../../../actors/sentinel/reconstruction/reconstruct.ts';
import { workspaceFor } from '../../../../actors/sentinel/reconstruction/workspace.ts';
import { flatCalibration, pictureOf, smallProfile } from '../small.ts';
import { SHOWN } from './shown.ts';

const profile = smallProfile(64, 64);
const calibration = flatCalibration(profile);
const pixels = pictureOf(profile, []);
const result = reconstruct(pixels, calibration, workspaceFor(profile));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window
parentPort?.postMessage(renderEvent({ shown: SHOWN, pixels, calibration, result }).png);
