import type { EventTime } from '../../../protocol/time.ts';

/** ClickHouse's DateTime64 ends with the year 2299; a device may say anything. */
const LAST_SECOND = 10_413_791_999;

/** Ticks of DateTime64(6). */
export const microseconds = ({ seconds, nanoseconds }: EventTime): number =>
  seconds * 1_000_000 + Math.floor(nanoseconds / 1000);

/** Ticks of DateTime64(3), of a time stamp that is not to be trusted. */
export const deviceMilliseconds = (seconds: number, milliseconds: number): number =>
  Math.min(seconds, LAST_SECOND) * 1000 + milliseconds;
