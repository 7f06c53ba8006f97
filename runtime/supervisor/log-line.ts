import type { Logger } from 'pino';
import { z } from 'zod';

/** A line of `createLogger` (`runtime/log.ts`) in another process. */
const Entry = z.looseObject({
  level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']),
  time: z.string(),
  msg: z.string().default(''),
});

/**
 * Passes a line that a child wrote into our own log. A log line keeps its level and fields; any other text is
 * information when it came on stdout and a warning when it came on stderr.
 */
export function logLine(log: Logger, line: string, stream: 'stdout' | 'stderr'): void {
  const entry = line.startsWith('{') ? parse(line) : undefined;
  if (entry) {
    const { level, time: _, msg, ...fields } = entry;
    log[level](fields, msg);
  } else if (line.trim() !== '') {
    log[stream === 'stdout' ? 'info' : 'warn'](line);
  }
}

function parse(line: string): z.infer<typeof Entry> | undefined {
  try {
    return Entry.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
