import { z } from '@hono/zod-openapi';
import type { ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { asSpillwayError, type ErrorCode, SpillwayError } from '../../../protocol/errors.ts';
import { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { redact } from '../../../runtime/log.ts';
import type { GatewayEnv } from './env.ts';

/** What every refusal looks like. */
export const Problem = z
  .strictObject({
    code: z.string().describe('one of the error codes of Spillway; scripts match on it'),
    message: z.string(),
    request: z.string().describe('id of the request, which the log has too'),
    command: z.uuid().optional().describe('the command that was refused'),
    alarm: AlarmChange.optional().describe('the alarm as it is now, where it has moved on'),
  })
  .openapi('Problem');
export type Problem = z.infer<typeof Problem>;

/** A refusal that says more than its code: another HTTP status, headers, what the caller ought to know. */
export class Refusal extends SpillwayError {
  readonly status: ContentfulStatusCode | undefined;
  readonly extra: Pick<Problem, 'command' | 'alarm'>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly status?: ContentfulStatusCode;
      readonly extra?: Refusal['extra'];
      readonly headers?: Refusal['headers'];
    } = {},
  ) {
    super(code, message);
    this.status = options.status;
    this.extra = options.extra ?? {};
    this.headers = options.headers ?? {};
  }
}

const STATUS: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  REQUEST_INVALID: 400,
  EXPRESSION_INVALID: 400,
  QUERY_INVALID: 400,
  NOT_SIGNED_IN: 401,
  SIGN_IN_REFUSED: 401,
  NOT_ALLOWED: 403,
  ORIGIN_REFUSED: 403,
  HOST_REFUSED: 403,
  ALARM_UNKNOWN: 404,
  COMMAND_STALE: 409,
  COMMAND_REFUSED: 409,
  REQUEST_TOO_LARGE: 413,
  RATE_EXCEEDED: 429,
  PROVIDER_INVALID: 502,
  PROVIDER_AWAY: 503,
  PUBLISH_FAILED: 503,
  NATS_AWAY: 503,
  STORE_AWAY: 503,
};

/** Turns whatever was thrown into a refusal; what is not known is told to the log only. */
export const answerError: ErrorHandler<GatewayEnv> = (thrown, c) => {
  const error = classify(thrown);
  const status = (error instanceof Refusal ? error.status : undefined) ?? STATUS[error.code] ?? 500;
  c.set('code', error.code);
  if (status === 500) c.get('log').error({ err: thrown }, 'a request failed');
  const problem: Problem = {
    code: error.code,
    message:
      status === 500 ? 'this went wrong; the log has it under the id of the request' : redact(error.message),
    request: c.get('requestId'),
    ...(error instanceof Refusal ? error.extra : {}),
  };
  for (const [name, value] of Object.entries(error instanceof Refusal ? error.headers : {}))
    c.header(name, value);
  if (status === 401) c.header('www-authenticate', 'Bearer realm="spillway"');
  // Clients of Alertmanager expect a plain text in JSON.
  return c.req.path.startsWith('/api/v2/') ? c.json(problem.message, status) : c.json(problem, status);
};

function classify(thrown: unknown): SpillwayError {
  if (thrown instanceof HTTPException) return fromHttp(thrown);
  // What fits a route's schema may still be no message: a time before 1970, a duration of nothing.
  return thrown instanceof z.ZodError ? invalid(thrown, 'body') : asSpillwayError(thrown);
}

/** What hono itself refuses: JSON that is none, a body that is too long, another content type. */
function fromHttp({ status, message }: HTTPException): SpillwayError {
  const code = status === 413 ? 'REQUEST_TOO_LARGE' : 'REQUEST_INVALID';
  return new Refusal(code, message || 'the request is not understood', { status });
}

/** The first thing that does not fit a schema, with its place. */
function invalid(error: z.core.$ZodError, where: string): SpillwayError {
  const [first] = error.issues;
  const place = [where, ...(first?.path ?? [])].map(String).join('.');
  return new SpillwayError('REQUEST_INVALID', `${place}: ${first?.message ?? 'does not fit'}`);
}

/** @throws SpillwayError REQUEST_INVALID */
export function refuseInvalid(error: z.core.$ZodError, where: string): never {
  throw invalid(error, where);
}
