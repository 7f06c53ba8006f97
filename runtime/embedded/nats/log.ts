import type { Level, Logger } from 'pino';

/** nats-server's level marks. What it calls information is detail to someone who runs Spillway. */
const LEVELS: Readonly<Record<string, Level>> = {
  TRC: 'trace',
  DBG: 'trace',
  INF: 'debug',
  WRN: 'warn',
  ERR: 'error',
  FTL: 'error',
};

/** `[4242] [INF] Server is ready` as level and message; any other line is a warning, since something is off. */
export function parseNatsLog(line: string): { level: Level; message: string } {
  const match = /^\[\d+\] \[([A-Z]{3})\] ?(.*)$/.exec(line);
  const level = LEVELS[match?.[1] ?? ''];
  return level ? { level, message: match?.[2] ?? '' } : { level: 'warn', message: line };
}

export function logLine(log: Logger, line: string): void {
  const { level, message } = parseNatsLog(line);
  if (message.trim() !== '') log[level](message);
}
