import type { Labels } from '../../../protocol/alarm/labels.ts';
import { compileMatchers } from '../../../protocol/alarm/matcher.ts';
import { type Silence, SilencePhase } from '../../../protocol/messages/silence.ts';
import { eventTimeToMs, type Milliseconds } from '../../../protocol/time.ts';

interface Known {
  readonly silence: Silence;
  readonly fits: (labels: Labels) => boolean;
}

/** Expired ones are shown for so long, as Alertmanager does. */
const EXPIRED_SHOWN_MS = 120 * 3_600_000;

/** Every silence as the dispatcher has it now. */
export class SilencesView {
  readonly #silences = new Map<string, Known>();

  see(silence: Silence): void {
    this.#silences.set(silence.silence, { silence, fits: compileMatchers(silence.matchers) });
  }

  find(id: string): Silence | undefined {
    return this.#silences.get(id)?.silence;
  }

  /** The latest change first. */
  list(now: Milliseconds): Silence[] {
    for (const [id, { silence }] of this.#silences) {
      const endedMs = now - eventTimeToMs(silence.endsAt);
      if (silence.phase === SilencePhase.expired && endedMs > EXPIRED_SHOWN_MS) this.#silences.delete(id);
    }
    return [...this.#silences.values()]
      .map(({ silence }) => silence)
      .toSorted((a, b) => eventTimeToMs(b.at) - eventTimeToMs(a.at));
  }

  /** Ids of the silences in force that fit. */
  fitting(labels: Labels): string[] {
    return [...this.#silences.values()]
      .filter(({ silence, fits }) => silence.phase === SilencePhase.active && fits(labels))
      .map(({ silence }) => silence.silence);
  }
}
