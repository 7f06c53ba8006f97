import type { Pedestal } from '../../../protocol/messages/pedestal.ts';
import type { RawEvent } from '../../../protocol/messages/raw-event.ts';
import type { RunEnd } from '../../../protocol/messages/run-transition.ts';
import { eventTimeToMs } from '../../../protocol/time.ts';
import type { Profile } from '../profiles/profile.ts';
import {
  choosePedestal,
  mayServe,
  type PedestalCandidate,
  type PedestalChoice,
  type PedestalSeeker,
} from '../reconstruction/choose-pedestal.ts';

/** A pedestal that was made. */
export type MadePedestal = Pedestal & {
  readonly outcome: Extract<Pedestal['outcome'], { readonly kind: 'made' }>;
};

type Candidate = PedestalCandidate & { readonly made: MadePedestal };
type OfRun = Pick<RunEnd, 'run' | 'pedestal' | 'highVoltage' | 'exposure' | 'startedAt'>;

/** What is known of the pedestal runs of one detector, by run number. */
interface DetectorLog {
  /** Those that have ended, with as many pictures as they may hold at most. */
  readonly ended: Map<number, PedestalCandidate>;
  /** What became of them, by camera. */
  readonly pedestals: Map<number, Map<number, Pedestal>>;
}

/** What stream RUN has told of pedestals so far. */
export class RunLog {
  readonly #detectors = new Map<string, DetectorLog>();

  ended(run: RunEnd): void {
    if (run.pedestal) this.#of(run).ended.set(run.run, candidateOf(run, run.rawEvents));
  }

  made(pedestal: Pedestal): void {
    const { pedestals } = this.#of(pedestal);
    const cameras = pedestals.get(pedestal.run) ?? new Map<number, Pedestal>();
    pedestals.set(pedestal.run, cameras.set(pedestal.camera, pedestal));
  }

  /**
   * The pedestal run that a run has to wait for: one that has ended, may serve it, and of which not everything is known that will
   * be. One that is older than a pedestal which may serve is not waited for.
   */
  awaited(event: RawEvent, settings: Profile['pedestal']): number | undefined {
    const { ended, pedestals } = this.#of(event);
    const seeker = seekerOf(event);
    const latest = [...pedestals.values()]
      .filter(isSettled)
      .flatMap(cameras => [...cameras.values()].flatMap(candidatesOf))
      .filter(candidate => mayServe(candidate, seeker, settings))
      .reduce((most, { run }) => Math.max(most, run), -1);
    return [...ended.values()]
      .filter(({ run }) => run > latest && !isSettled(pedestals.get(run)))
      .find(candidate => mayServe(candidate, seeker, settings))?.run;
  }

  /** The pedestal of a camera for an event. */
  choose(event: RawEvent, camera: number, settings: Profile['pedestal']): PedestalChoice<Candidate> {
    const made = [...this.#of(event).pedestals.values()].flatMap(cameras => {
      const pedestal = cameras.get(camera);
      return pedestal ? candidatesOf(pedestal) : [];
    });
    return choosePedestal(seekerOf(event), made, settings);
  }

  #of({ site, detector }: Pick<RunEnd, 'site' | 'detector'>): DetectorLog {
    const key = `${site}:${detector}`;
    const known = this.#detectors.get(key) ?? { ended: new Map(), pedestals: new Map() };
    this.#detectors.set(key, known);
    return known;
  }
}

const isSettled = (cameras: ReadonlyMap<number, Pedestal> | undefined): boolean => {
  const [any] = cameras?.values() ?? [];
  return any?.cameras.every(camera => cameras?.has(camera)) ?? false;
};

const candidatesOf = (pedestal: Pedestal): Candidate[] =>
  isMade(pedestal) ? [{ ...candidateOf(pedestal, pedestal.outcome.pictures), made: pedestal }] : [];

const isMade = (pedestal: Pedestal): pedestal is MadePedestal => pedestal.outcome.kind === 'made';

const candidateOf = (
  { run, pedestal, highVoltage, exposure, startedAt }: OfRun,
  pictures: number,
): PedestalCandidate => ({
  run,
  isPedestal: pedestal,
  pictures,
  highVoltage,
  at: eventTimeToMs(startedAt),
  exposure,
});

const seekerOf = ({ run, runOf }: RawEvent): PedestalSeeker => ({
  run,
  at: eventTimeToMs(runOf.startedAt),
  exposure: runOf.exposure,
});
