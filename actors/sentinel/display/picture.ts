import type { EventTime } from '../../../protocol/time.ts';

/** Which event a picture shows. */
export interface Shown {
  readonly site: string;
  readonly detector: string;
  readonly run: number;
  readonly serial: number;
  /** 0; 1, 2, ... for further events under the same serial. */
  readonly copy: number;
  readonly time: EventTime;
}

/** A picture for people. */
export interface Picture {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** What there is to see, for those who do not see it. */
  readonly text: string;
}

/** Bytes of a PNG at most: a message of NATS has 1 MiB. */
export const MOST_BYTES = 700_000;

/** `lime at lngs, run 42901, event 93, 2023-12-14 23:35:49 UTC` */
export const nameOf = (shown: Shown): string =>
  `${shown.detector} at ${shown.site}, run ${shown.run}, ${eventOf(shown)}, ${momentOf(shown)}`;

export const eventOf = ({ serial, copy }: Shown): string =>
  copy === 0 ? `event ${serial}` : `event ${serial}, copy ${copy}`;

export const momentOf = ({ time }: Shown): string =>
  `${new Date(time.seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `12,345`; -0 is no number for people. */
export const formatCounts = (counts: number): string => whole.format(Math.round(counts) + 0);

/** `1 cluster`, `3 clusters` */
export const countOf = (count: number, what: string): string =>
  `${whole.format(count)} ${what}${count === 1 ? '' : 's'}`;
