import type { SentinelConfig } from './config.ts';

/**
 * Whether an event is passed over to keep up, and by which rule. It depends on nothing but the serial and how many wait, so
 * that what is kept is an even share of every run, and two looks at one event under the same load agree.
 * @returns the reason for the result; undefined when the event is to be reconstructed
 */
export function passedOver(
  sampling: SentinelConfig['sampling'],
  serial: number,
  waiting: number,
): string | undefined {
  if (!sampling || waiting <= sampling.above || serial % sampling.keepOneIn === 0) return undefined;
  return `${waiting} events wait, more than ${sampling.above}: of these only serials that ${sampling.keepOneIn} divides are reconstructed`;
}
