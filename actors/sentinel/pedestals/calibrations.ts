import { readPedestalMap } from '../../../protocol/pedestal/map.ts';
import type { EventStore } from '../../../runtime/event-store/event-store.ts';
import type { Profile } from '../profiles/profile.ts';
import { type Calibration, calibrate } from '../reconstruction/calibration.ts';
import { finishPedestal } from '../reconstruction/pedestal.ts';
import type { Gains } from '../reconstruction/vignetting.ts';
import type { MadePedestal } from './run-log.ts';

/** Tables kept, at 32 MB each for 2304 x 2304: those of one detector's cameras, and of the run before while both are worked on. */
const KEPT = 6;

/** The tables of pedestals, each made once and shared by all threads; the one that was not used for longest goes. */
export class Calibrations {
  readonly #eventStore: Pick<EventStore, 'get'>;
  readonly #profile: Profile;
  readonly #gains: Gains;
  /** In the order of use. */
  readonly #made = new Map<string, Promise<Calibration>>();

  constructor(eventStore: Pick<EventStore, 'get'>, profile: Profile, gains: Gains) {
    this.#eventStore = eventStore;
    this.#profile = profile;
    this.#gains = gains;
  }

  /** How many are kept. */
  get size(): number {
    return this.#made.size;
  }

  /** @throws SpillwayError of `EventStore.get`; PICTURE_MALFORMED, PEDESTAL_UNUSABLE when the map does not fit the profile. */
  get(pedestal: MadePedestal): Promise<Calibration> {
    const { name } = pedestal.outcome.body;
    const calibration = this.#made.get(name) ?? this.#begin(name, pedestal);
    this.#made.delete(name);
    this.#made.set(name, calibration);
    const [oldest] = this.#made.keys();
    if (this.#made.size > KEPT && oldest !== undefined) this.#made.delete(oldest);
    return calibration;
  }

  #begin(name: string, pedestal: MadePedestal): Promise<Calibration> {
    const calibration = this.#make(pedestal);
    // What failed is not kept: the next event asks again.
    calibration.catch(() => {
      if (this.#made.get(name) === calibration) this.#made.delete(name);
    });
    return calibration;
  }

  async #make({ run, version, outcome }: MadePedestal): Promise<Calibration> {
    const map = readPedestalMap(await this.#eventStore.get(outcome.body));
    return calibrate(this.#profile, finishPedestal(map, { run, version }), this.#gains);
  }
}
