import type { AlarmBook } from '../alarms/alarm-book.ts';
import type { DisplayBook } from '../displays/display-book.ts';
import type { Who } from '../net/answers.ts';
import type { Api } from '../net/api.ts';

/** What a page may use of the whole. */
export interface Surroundings {
  readonly api: Api;
  readonly book: AlarmBook;
  readonly displays: DisplayBook;
  /** The server's time, ms since 1970. */
  readonly clock: () => number;
  readonly who: () => Who | undefined;
  /** Writes an address without showing it anew. */
  readonly write: (address: string) => void;
  readonly toast: (text: string) => void;
  readonly signIn: () => void;
  /** The store has answered; or has not, and why. */
  readonly answered: (error?: unknown) => void;
}

/** What stands below the header. */
export interface Page {
  readonly element: HTMLElement;
  readonly title: string;
  /** Alarms, the connection or the time have changed. */
  update(): void;
  /** A spill came: the store will have more in a moment. */
  spill?(): void;
  /** @returns whether the key meant something */
  key?(event: KeyboardEvent): boolean;
  recolor?(): void;
  destroy(): void;
}
