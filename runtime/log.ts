import { type DestinationStream, type Logger, pino } from 'pino';

/** Keys whose values never reach a log, wherever they stand. */
const SECRET_KEYS = ['password', 'pass', 'token', 'secret', 'authorization', 'seed', 'nkeySeed'];

/** Values that came from secrets; whatever line holds one is cleaned before it is written. */
const secrets = new Set<string>();

/** Makes a value unprintable from now on, also inside URLs, messages and stack traces. */
export function keepSecret(value: string): string {
  // Very short values would blank out innocent text and are no secrets worth the name.
  if (value.length < 4) return value;
  // The same value as JSON, a URL or an HTTP header carries it.
  const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), encodeURI(value)];
  for (const form of [...forms, ...base64Forms(value)]) secrets.add(form);
  return value;
}

/** Base64 of a value depends on how many bytes stand before it, as `user:` does: what is the value's own in all three cases. */
const base64Forms = (value: string): string[] =>
  [0, 1, 2].map(before => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    return bytes.toString('base64').slice(Math.ceil((before * 4) / 3), Math.floor((bytes.length * 4) / 3));
  });

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
