import { type DestinationStream, type Logger, pino } from 'pino';

/** Keys whose values never reach a log, wherever they stand. */
const SECRET_KEYS = ['password', 'pass', 'token', 'secret', 'authorization', 'seed'];

/** Values that came from secrets; whatever line holds one is cleaned before it is written. */
const secrets = new Set<string>();

/** Makes a value unprintable from now on, also inside URLs, messages and stack traces. */
export function keepSecret(value: string): string {
  // Very short values would blank out innocent text and are no secrets worth the name.
  if (value.length >= 4) secrets.add(value);
  return value;
}

export const redact = (text: string): string => {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, '[redacted]');
  return clean;
};

/** JSON lines on standard error, so that standard output stays a command's own. */
export function createLogger(level: string, destination: DestinationStream = pino.destination(2)): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      redact: {
        paths: SECRET_KEYS.flatMap(key => [key, `*.${key}`, `*.*.${key}`]),
        censor: '[redacted]',
      },
      hooks: { streamWrite: redact },
    },
    destination,
  );
}
