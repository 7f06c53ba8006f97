import { SpillwayError } from '../../../protocol/errors.ts';
import type { RecoPicture } from '../../../protocol/messages/reconstruction.ts';
import { digitisers, type Picture, pictures } from '../../../protocol/midas/cygno/cygno.ts';
import { decodeDataBanks } from '../../../protocol/midas/midas.ts';
import type { Picture as Drawing } from '../display/picture.ts';
import type { EventPicture } from '../display/render-event.ts';
import type { Waveforms } from '../display/render-waveforms.ts';
import type { Calibration } from '../reconstruction/calibration.ts';
import { type Reconstruction, reconstruct } from '../reconstruction/reconstruct.ts';
import type { Workspace } from '../reconstruction/workspace.ts';
import type { DisplayKind, Done, Drawn, Job } from './job.ts';
import { measureBoards } from './measure-boards.ts';
import { toldPicture } from './told.ts';
import { withinMessage } from './within-message.ts';

/** What a thread has of its own: memory to work in, and how pictures for people are drawn. */
export interface Bench {
  workspaceFor(calibration: Calibration): Workspace;
  renderEvent(event: EventPicture): Drawing;
  renderWaveforms(waveforms: Waveforms): Drawing | undefined;
  /** Milliseconds, from anywhere. */
  now(): number;
}

/**
 * One event to what is told of it. Only its first picture is drawn: there is one event display.
 * @throws SpillwayError MIDAS_MALFORMED, MIDAS_TRUNCATED when the event is damaged; PICTURE_MALFORMED for a picture of another size
 *   than its sensor's; PEDESTAL_NONE for a camera without tables.
 */
export function workOn({ event, body, calibrations, displays }: Job, bench: Bench): Done {
  const took = { decode: 0, reconstruct: 0, waveforms: 0, display: 0 };
  const timed = <Result>(step: keyof typeof took, act: () => Result): Result => {
    const from = bench.now();
    try {
      return act();
    } finally {
      took[step] += bench.now() - from;
    }
  };
  const drawn: Drawn[] = [];
  const draw = (kind: DisplayKind, act: () => Drawing | undefined): void => {
    if (displays.includes(kind) && !drawn.some(one => one.kind === kind))
      drawn.push(...timed('display', () => tried(kind, act)));
  };

  const { taken, boards } = timed('decode', () => {
    const banks = decodeDataBanks(body);
    return { taken: pictures(banks), boards: digitisers(banks) };
  });
  const told = taken.map((picture): RecoPicture => {
    const calibration = tablesOf(picture, calibrations);
    const result = timed('reconstruct', () =>
      reconstruct(picture.pixels, calibration, bench.workspaceFor(calibration)),
    );
    // Before the next picture: the result has views of the workspace.
    draw('event', () => bench.renderEvent(eventPicture(event, picture, calibration, result)));
    return toldPicture(picture.camera, calibration.pedestal, result);
  });
  const { exposure } = event.runOf;
  const { waveforms, warnings } = timed('waveforms', () => measureBoards(boards, exposure));
  draw('waveforms', () => bench.renderWaveforms({ shown: event, boards, exposure }));
  return {
    kind: 'done',
    findings: withinMessage({ pictures: told, waveforms, warnings }),
    displays: drawn,
    took,
  };
}

function tablesOf(
  { camera, width, height }: Picture,
  calibrations: ReadonlyMap<number, Calibration>,
): Calibration {
  const calibration = calibrations.get(camera);
  if (!calibration) throw new SpillwayError('PEDESTAL_NONE', `no pedestal was given for camera ${camera}`);
  const { sensor, name } = calibration.profile;
  if (width === sensor.columns && height === sensor.rows) return calibration;
  throw new SpillwayError(
    'PICTURE_MALFORMED',
    `camera ${camera}: a picture of ${height} x ${width} pixels, ${sensor.rows} x ${sensor.columns} are expected by ${name}`,
  );
}

const eventPicture = (
  event: Job['event'],
  { camera, pixels }: Picture,
  calibration: Calibration,
  result: Reconstruction,
): EventPicture => ({ shown: { ...event, camera }, pixels, calibration, result });

/** A picture for people that fails is told and costs nothing else. */
function tried(kind: DisplayKind, act: () => Drawing | undefined): Drawn[] {
  try {
    const picture = act();
    return picture ? [{ kind, picture }] : [];
  } catch (thrown) {
    return [{ kind, failed: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) }];
  }
}
