import { type GuardedProcess, startGuarded } from './guarded-process.ts';
import { formatExit, type RunningService, type Service } from './service.ts';

export interface ProcessServiceOptions {
  readonly name: string;
  /** Program to run; `process.execPath` for a script of ours. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Between SIGTERM and SIGKILL, in milliseconds. */
  readonly drainMs: number;
  /** Takes each line of output, see `log-line.ts`. */
  onLine(line: string, stream: 'stdout' | 'stderr'): void;
  /** Resolves when the process can be used; without it, it is ready once started. */
  ready?(process: GuardedProcess, signal: AbortSignal): Promise<void>;
}

/** A child process as a service. It dies with this process, see `guarded-process.ts`. */
export function processService(options: ProcessServiceOptions): Service {
  return {
    name: options.name,
    async start(signal): Promise<RunningService> {
      signal.throwIfAborted();
      const child = startGuarded({ ...options, graceMs: options.drainMs });
      if (!options.ready) return child;
      const waiting = new AbortController();
      try {
        await Promise.race([
          options.ready(child, AbortSignal.any([signal, waiting.signal])),
          child.exited.then(reason => {
            const words = reason.detail && `: ${reason.detail}`;
            throw new Error(`${options.name} ended before it was ready (${formatExit(reason)})${words}`);
          }),
        ]);
        return child;
      } catch (error) {
        await child.stop();
        throw error;
      } finally {
        waiting.abort();
      }
    },
  };
}
