import { type Display, display } from '../../protocol/messages/display.ts';
import type { RawEvent } from '../../protocol/messages/raw-event.ts';
import { type Reconstruction, reconstruction } from '../../protocol/messages/reconstruction.ts';
import type { Outgoing } from '../../runtime/actor.ts';
import type { Picture } from './display/picture.ts';
import type { DisplayKind, Findings } from './worker/job.ts';

/** What a result was made with, but for the event itself. */
export type Means = Omit<Reconstruction['provenance'], 'body'>;

const NOTHING: Findings = { pictures: [], waveforms: [], warnings: [] };

/** What is told of an event that was passed over. */
export const sampledOut = (event: RawEvent, means: Means, reason: string): Outgoing<Reconstruction> =>
  resultOf(event, means, 'sampled-out', reason, NOTHING);

/** What is told of an event that was looked at. */
export const found = (event: RawEvent, means: Means, findings: Findings): Outgoing<Reconstruction> =>
  findings.pictures.length > 0
    ? resultOf(event, means, 'reconstructed', '', findings)
    : resultOf(event, means, 'no-picture', 'the event has no bank of a camera', findings);

function resultOf(
  event: RawEvent,
  means: Means,
  outcome: Reconstruction['outcome'],
  reason: string,
  { pictures, waveforms, warnings }: Findings,
): Outgoing<Reconstruction> {
  const body = {
    ...identityOf(event),
    time: event.time,
    runOf: event.runOf,
    outcome,
    reason,
    pictures: [...pictures],
    waveforms: [...waveforms],
    warnings: [...warnings],
    provenance: { ...means, body: event.body.digest },
  };
  return { type: reconstruction, body };
}

/** A picture for people. */
export const shown = (event: RawEvent, kind: DisplayKind, picture: Picture): Outgoing<Display> => ({
  type: display,
  body: { ...identityOf(event), kind, time: event.time, ...picture },
});

const identityOf = ({ site, detector, run, equipment, serial, copy }: RawEvent) => ({
  site,
  detector,
  run,
  equipment,
  serial,
  copy,
});
