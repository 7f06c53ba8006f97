import type { RawEvent } from '../../../protocol/messages/raw-event.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import type { Sighting } from '../compare.ts';

/** Which events are looked at, by times in milliseconds since 1970 as their headers have them. */
export interface EventScope {
  readonly detector: string;
  /** Of the camera, as in the ODB. */
  readonly equipment: string;
  readonly fromMs: Milliseconds;
  readonly toMs: Milliseconds;
  /** Only this one. */
  readonly run?: number | undefined;
}

/** An event as one stage has it; its digest is that of its bytes, and of what else must be the same. */
export interface EventSighting extends Sighting {
  readonly run: number;
  /** When this stage had it; of the front end, when it was taken. */
  readonly atMs: Milliseconds;
}

/** For example `lime run 42901 Trigger 17`. */
export const eventKey = ({
  detector,
  run,
  equipment,
  serial,
  copy,
}: Pick<RawEvent, 'detector' | 'run' | 'equipment' | 'serial' | 'copy'>): string =>
  `${runKey({ detector, run })} ${equipment} ${serial}${copy === 0 ? '' : `~${copy}`}`;

export const runKey = ({ detector, run }: Pick<RawEvent, 'detector' | 'run'>): string =>
  `${detector} run ${run}`;

export const isWithin = (timeMs: Milliseconds, { fromMs, toMs }: Pick<EventScope, 'fromMs' | 'toMs'>) =>
  timeMs >= fromMs && timeMs <= toMs;
