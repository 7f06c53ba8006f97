import type { ErrorCode } from '../../../protocol/errors.ts';
import type { RawEvent } from '../../../protocol/messages/raw-event.ts';
import type { RecoPicture, RecoWaveform } from '../../../protocol/messages/reconstruction.ts';
import type { Picture } from '../display/picture.ts';
import type { Calibration } from '../reconstruction/calibration.ts';

/** Kinds of pictures for people. */
export const DISPLAY_KINDS = ['event', 'waveforms'] as const;
export type DisplayKind = (typeof DISPLAY_KINDS)[number];

/** What a worker thread is asked. Every array is a view of shared memory, so that nothing large is copied on the way. */
export interface Job {
  readonly event: RawEvent;
  /** The event as in the file, header included. */
  readonly body: Uint8Array;
  /** Tables by camera, for every camera of the event. */
  readonly calibrations: ReadonlyMap<number, Calibration>;
  /** Pictures for people that are wanted, where the event has what they show. */
  readonly displays: readonly DisplayKind[];
}

/** What was found in an event. */
export interface Findings {
  readonly pictures: readonly RecoPicture[];
  readonly waveforms: readonly RecoWaveform[];
  readonly warnings: readonly string[];
}

/** What a worker thread answers. An error is told by its code, for a thrown one loses it on the way between threads. */
export type Answer = Done | { readonly kind: 'failed'; readonly code: ErrorCode; readonly reason: string };

export interface Done {
  readonly kind: 'done';
  readonly findings: Findings;
  readonly displays: readonly Drawn[];
  /** Milliseconds by step. */
  readonly took: Readonly<Record<string, number>>;
}

/** A picture for people, or why there is none. */
export type Drawn = { readonly kind: DisplayKind } & (
  | { readonly picture: Picture }
  | { readonly failed: string }
);
