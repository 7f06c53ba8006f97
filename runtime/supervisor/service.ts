/** How a service ended. `detail` is for people: the last words on stderr, or the error that started it. */
export interface ExitReason {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly detail: string;
}

/** A service that has started and is ready for use. */
export interface RunningService {
  /** Resolves, never rejects, when the service has ended for whatever cause. */
  readonly exited: Promise<ExitReason>;
  /** Resolves, never rejects, when it is through with the work of starting, or has ended; at once without it. */
  readonly begun?: Promise<unknown>;
  /** Ends it and resolves when it is gone. Calling it twice, or after the end, is harmless. */
  stop(): Promise<void>;
}

/** Something the supervisor keeps running: a child process, nats-server, the store. */
export interface Service {
  readonly name: string;
  /** Resolves when the service is ready. Called again after each end. */
  start(signal: AbortSignal): Promise<RunningService>;
}

/** `SIGKILL`, `exit code 1`: the short form for logs and the terminal view. */
export const formatExit = ({ code, signal }: ExitReason): string =>
  signal ?? `exit code ${code ?? 'unknown'}`;
