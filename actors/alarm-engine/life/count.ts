import { compareSeverity, Severity } from '../../../protocol/alarm/severity.ts';

/** The worst severity that at least `bad` of the samples reach, so that one wild spill does not make a minor alarm major. */
export function countedSeverity(samples: readonly Severity[], bad: number): Severity {
  const reached = samples.toSorted((a, b) => compareSeverity(b, a))[bad - 1];
  return reached ?? Severity.noAlarm;
}

/** The last `of` samples with a new one at the end. */
export const withSample = (
  samples: readonly Severity[],
  sample: Severity,
  of: number,
): Severity[] | undefined => trimmed([...samples, sample].slice(-of));

/** The same samples, the last one judged again. */
export const withLastJudgedAgain = (samples: readonly Severity[], sample: Severity): Severity[] | undefined =>
  trimmed([...samples.slice(0, -1), sample]);

/** What was good before the first bad one tells nothing: a window that has only seen good spills takes no room. */
function trimmed(samples: Severity[]): Severity[] | undefined {
  const first = samples.findIndex(severity => severity !== Severity.noAlarm);
  return first === -1 ? undefined : samples.slice(first);
}
