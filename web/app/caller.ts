import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import type { AlarmBook } from '../alarms/alarm-book.ts';
import { Burst, isCall } from '../alarms/call.ts';
import { Sound } from '../alarms/sound.ts';
import { shownSeverity } from '../alarms/words.ts';
import type { SoundState } from './header.ts';
import { remember, remembered } from './settings.ts';

export interface CallerOptions {
  readonly book: AlarmBook;
  readonly clock: () => number;
  readonly say: (text: string, className: string) => void;
}

/** Calls people when an alarm comes: words on the page for everybody, and sound where somebody wants it. */
export class Caller {
  readonly #options: CallerOptions;
  readonly #sound = new Sound();
  readonly #burst = new Burst();
  #wanted = remembered('sound') === 'on';

  constructor(options: CallerOptions) {
    this.#options = options;
    // Browsers let a page sound only after somebody has touched it.
    const allow = () => {
      if (this.#wanted) void this.#sound.allow();
    };
    for (const event of ['pointerdown', 'keydown']) addEventListener(event, allow);
  }

  get state(): SoundState {
    if (!this.#wanted) return 'off';
    return this.#sound.allowed ? 'on' : 'blocked';
  }

  async toggle(): Promise<void> {
    this.#wanted = this.state !== 'on';
    remember('sound', this.#wanted ? 'on' : 'off');
    if (!this.#wanted) return this.#sound.stop();
    await this.#sound.allow();
    this.#sound.play('MINOR');
  }

  take(change: AlarmChange): void {
    if (isCall(change)) this.#burst.add(change, this.#options.clock());
    // Somebody sees to it: what sounds has been heard.
    else if (change.to === 'acknowledged') this.#sound.stop();
  }

  update(): void {
    const { book, clock, say } = this.#options;
    const call = this.#burst.due(clock(), alarm => book.get(alarm)?.to === 'unacknowledged');
    if (!call) return;
    const { worst, more } = call;
    const severity = shownSeverity(worst);
    say(
      `${severity}: ${worst.title}${more > 0 ? `, and there are ${more} more` : ''}`,
      severity.toLowerCase(),
    );
    if (this.#wanted) this.#sound.play(severity);
  }
}
