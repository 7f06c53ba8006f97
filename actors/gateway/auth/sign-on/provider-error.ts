import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { SpillwayError } from '../../../../protocol/errors.ts';

/** Errors of a provider that say something about the moment (OAuth 2.0, RFC 6749 section 4.1.2.1). */
const FOR_NOW = new Set(['server_error', 'temporarily_unavailable']);

/** Errors that say something about this one sign-in: refused by the person, or come too late. */
const OF_THE_PERSON = new Set([
  'access_denied',
  'login_required',
  'interaction_required',
  'consent_required',
]);

/**
 * What went wrong at the provider, under one of our codes: PROVIDER_AWAY, SIGN_IN_REFUSED, or PROVIDER_INVALID for an answer that
 * is not what the standard asks for, with what does not fit.
 */
export function providerError(thrown: unknown): SpillwayError {
  if (thrown instanceof SpillwayError) return thrown;
  if (thrown instanceof AuthorizationResponseError || thrown instanceof ResponseBodyError)
    return fromAnswer(thrown);
  if (thrown instanceof WWWAuthenticateChallengeError)
    return invalid('it does not take our clientId and clientSecret', thrown);
  if (!(thrown instanceof ClientError)) return away(thrown);
  if (thrown.code === 'OAUTH_TIMEOUT' || thrown.code === 'OAUTH_ABORT') return away(thrown);
  if (statusOf(thrown.cause) >= 500) return away(thrown);
  return invalid(reasonOf(thrown), thrown);
}

function fromAnswer(answer: AuthorizationResponseError | ResponseBodyError): SpillwayError {
  const { error } = answer;
  const fails = answer instanceof ResponseBodyError && answer.status >= 500;
  if (FOR_NOW.has(error) || fails) return away(answer);
  if (OF_THE_PERSON.has(error))
    return new SpillwayError('SIGN_IN_REFUSED', 'the sign-in was not finished at the identity provider', {
      cause: answer,
    });
  if (error === 'invalid_grant')
    return new SpillwayError('SIGN_IN_REFUSED', 'this sign-in has been used, or took too long', {
      cause: answer,
    });
  return invalid(`it answers ${error.replaceAll(/[^\w-]/g, '?').slice(0, 60)}`, answer);
}

const away = (cause: unknown) =>
  new SpillwayError('PROVIDER_AWAY', 'the identity provider cannot be reached', { cause });

const invalid = (why: string, cause: unknown) =>
  new SpillwayError('PROVIDER_INVALID', `the answer of the identity provider is refused: ${why}`, { cause });

/** The library says what kind of thing is wrong, and its cause says which. */
const reasonOf = ({ message, cause }: ClientError): string =>
  cause instanceof Error && cause.message !== message ? `${message}: ${cause.message}` : message;

/** Of a response that was not understood. Its class is not the global one, which the HTTP server replaces. */
const statusOf = (cause: unknown): number =>
  typeof cause === 'object' && cause !== null && 'status' in cause ? Number(cause.status) : 0;
