import type { Hello, ServerMessage, SpillNews } from '../../protocol/live.ts';
import type { MachineMode } from '../../protocol/messages/machine-mode.ts';
import { type Runs, withRun } from './runs.ts';

/** What the page knows about its connection and the machine, apart from alarms. Times are the server's, in ms since 1970. */
export interface Status {
  /** Of the page's own files. */
  readonly version: string;
  readonly hello: Hello | undefined;
  readonly connected: boolean;
  /** Since when there is no connection; meaningless while there is one. */
  readonly lostAt: number;
  /** The server's clock less ours: a screen on a wall may be minutes off. */
  readonly offsetMs: number;
  readonly mode: MachineMode | undefined;
  /** What the detectors are taking. */
  readonly runs: Runs;
  /** The last extraction. */
  readonly spill: SpillNews | undefined;
  /** Why plots have no answers; undefined while they have. */
  readonly storeProblem: string | undefined;
  /** Somebody was signed in, and is no more. */
  readonly expired: boolean;
  /** Whether whoever is here may look. */
  readonly mayLook: boolean;
}

export const initialStatus = (version: string, nowMs: number): Status => ({
  version,
  hello: undefined,
  connected: false,
  lostAt: nowMs,
  offsetMs: 0,
  mode: undefined,
  runs: new Map(),
  spill: undefined,
  storeProblem: undefined,
  expired: false,
  mayLook: true,
});

/** @param ownMs this browser's clock when the message came */
export function heard(status: Status, message: ServerMessage, ownMs: number): Status {
  switch (message.type) {
    case 'hello':
      return { ...status, hello: message, connected: true, offsetMs: message.now - ownMs };
    case 'tick':
      return { ...status, offsetMs: message.now - ownMs };
    case 'snapshot':
      return { ...status, mode: message.mode };
    case 'mode':
      return { ...status, mode: message.mode };
    case 'spill':
      return message.inOut === 'in' ? { ...status, spill: message } : status;
    case 'run':
      return { ...status, runs: withRun(status.runs, message) };
    case 'alarm':
    case 'display':
    case 'health':
      return status;
    default:
      // A server newer than the page may say what the page does not know yet.
      return status;
  }
}

export const lost = (status: Status, nowMs: number): Status =>
  status.connected ? { ...status, connected: false, lostAt: nowMs } : status;
