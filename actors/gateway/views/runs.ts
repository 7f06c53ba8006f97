import type { RunNews } from '../../../protocol/live.ts';
import type { RunSummary } from '../../../protocol/messages/run-summary.ts';
import type { RunBegin, RunEnd } from '../../../protocol/messages/run-transition.ts';

/** What is known of a run, from its begin, its end and its summaries, in whatever order they come. */
interface KnownRun extends Omit<RunNews, 'type'> {
  /** Of its last summary. */
  readonly version: number;
}

/** Detectors remembered; there are as many as an experiment has. */
const DETECTORS = 100;

/** The newest run of each detector. */
export class RunsView {
  readonly #runs = new Map<string, KnownRun>();

  began(begin: RunBegin): RunNews | undefined {
    return this.#put(begin, { description: begin.description });
  }

  ended(end: RunEnd): RunNews | undefined {
    return this.#put(end, { endedAt: end.endedAt });
  }

  summed(summary: RunSummary): RunNews | undefined {
    const { version, complete, events, expected, clusters, sparks, lightYield, endedAt } = summary;
    if ((this.#known(summary)?.version ?? 0) >= version) return undefined;
    const short = { complete, events, expected, clusters, sparks, lightYield: lightYield?.peak ?? null };
    return this.#put(summary, { version, summary: short, ...(endedAt && { endedAt }) });
  }

  #known({ site, detector, run, startedAt }: Identity): KnownRun | undefined {
    const known = this.#runs.get(`${site}:${detector}`);
    return known?.run === run && known.startedAt.seconds === startedAt.seconds ? known : undefined;
  }

  /** @returns undefined for an earlier run, whose late results are no news */
  #put(of: RunBegin | RunEnd | RunSummary, news: Partial<KnownRun>): RunNews | undefined {
    const { site, detector, run, pedestal, startedAt } = of;
    const key = `${site}:${detector}`;
    const newest = this.#runs.get(key);
    if (newest ? isEarlier(of, newest) : this.#runs.size >= DETECTORS) return undefined;
    const before = this.#known(of) ?? { endedAt: null, description: '', summary: null, version: 0 };
    const now = { ...before, site, detector, run, pedestal, startedAt, ...news };
    this.#runs.set(key, now);
    const { version: _version, ...told } = now;
    return { type: 'run', ...told };
  }
}

type Identity = Pick<RunNews, 'site' | 'detector' | 'run' | 'startedAt'>;

/** Numbers may begin anew; time does not. */
const isEarlier = (one: Identity, other: Identity): boolean =>
  one.startedAt.seconds < other.startedAt.seconds ||
  (one.startedAt.seconds === other.startedAt.seconds && one.run < other.run);
