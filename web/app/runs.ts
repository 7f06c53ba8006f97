import type { RunNews } from '../../protocol/live.ts';
import { isoTime } from '../frame/format.ts';

/** The newest run of each detector. */
export type Runs = ReadonlyMap<string, RunNews>;

export const withRun = (runs: Runs, news: RunNews): Runs =>
  new Map(runs).set(`${news.site}:${news.detector}`, news);

/** The run that the header names: the one that began last. */
export const newestRun = (runs: Runs): RunNews | undefined =>
  [...runs.values()].reduce<RunNews | undefined>(
    (newest, run) => (newest && newest.startedAt.seconds >= run.startedAt.seconds ? newest : run),
    undefined,
  );

/** `42901`, `42901 pedestal`, `42901 ended` */
export const runWords = ({ run, pedestal, endedAt }: RunNews): string =>
  [run, pedestal && 'pedestal', endedAt && 'ended'].filter(word => word !== false && word !== null).join(' ');

/** Everything about it in a line. */
export function runTitle({ site, detector, startedAt, endedAt, description, summary }: RunNews): string {
  const at = (time: RunNews['startedAt']) => isoTime(time.seconds * 1000);
  return [
    `${detector} at ${site}`,
    ...(description === '' ? [] : [description]),
    `began ${at(startedAt)} UTC`,
    ...(endedAt ? [`ended ${at(endedAt)} UTC`] : []),
    ...(summary
      ? [
          `${summary.events}${summary.expected === null ? '' : ` of ${summary.expected}`} events reconstructed`,
        ]
      : []),
    ...(summary ? [`${summary.clusters} clusters`] : []),
  ].join(', ');
}
