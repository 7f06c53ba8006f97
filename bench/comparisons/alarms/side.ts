import type { Devices, Journey } from './load.ts';

/** One alarm system, fed with the same devices as the other. */
export interface Side extends AsyncDisposable {
  readonly name: string;
  /** Of all its processes. */
  readonly pids: readonly number[];
  /** Of the process that holds readings against rules. */
  readonly evaluatorPid: number;
  readonly devices: Devices;
  /** Milliseconds from the time of each change to when it could be heard, since this was last asked; where it tells changes. */
  lags?(): number[];
  /** Begins to note another round. */
  begin(): Journey;
  /** Lets it have readings; it has none, and uses no processor, while the other is measured. */
  resume(): void;
  pause(): Promise<void>;
}
