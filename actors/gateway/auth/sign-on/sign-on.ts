import { createHash } from 'node:crypto';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  clockTolerance,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
} from 'openid-client';
import type { Logger } from 'pino';
import { SpillwayError } from '../../../../protocol/errors.ts';
import type { Clock, Milliseconds } from '../../../../protocol/time.ts';
import { backOffMs, pause } from '../../../../runtime/host/back-off.ts';
import type { Identity } from '../users.ts';
import type { Attempt } from './attempt.ts';
import type { SignOnConfig } from './config.ts';
import { isComplete, personOf } from './person.ts';
import { providerError } from './provider-error.ts';

/** What a provider says of itself is asked for again after so long; its keys as soon as an unknown one is met. */
const FRESH_MS: Milliseconds = 3_600_000;

/** Longest wait for any answer of the provider, in seconds. */
const PATIENCE_S = 10;

const RETRY = { firstMs: 1_000, maxMs: 60_000 };

/** Somebody whom the provider vouches for. */
export interface SignedOn {
  readonly identity: Identity;
  /** Whose word it is: `sub` of the provider, which does not change with the name. */
  readonly subject: string;
}

/**
 * Signs people in at a provider of OpenID Connect: authorization code with PKCE, state and nonce; the ID token's signature, issuer,
 * audience, nonce and times are checked by `openid-client`. The provider is found when it is needed and may be away at any
 * time: every method then throws PROVIDER_AWAY.
 */
export class SignOn {
  /** Changes with whatever decides who may do what: sessions begun under another stamp are over. */
  readonly stamp: string;
  readonly label: string;
  readonly #config: SignOnConfig;
  readonly #clock: Clock;
  readonly #log: Logger;
  #known: { readonly provider: Configuration; readonly at: Milliseconds } | undefined;
  #asking: Promise<Configuration> | undefined;

  constructor(config: SignOnConfig, { clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    const { issuer, clientId, nameClaim, rolesClaim, roles, otherwise } = config;
    const rules = JSON.stringify([issuer, clientId, nameClaim, rolesClaim, roles, otherwise]);
    this.stamp = createHash('sha256').update(rules).digest('base64url').slice(0, 16);
    this.label = config.label;
    this.#config = config;
    this.#clock = clock;
    this.#log = log;
  }

  /** Looks for the provider until it is found, so that the log says whether it can be: nobody waits for that. */
  async lookFor(random: () => number, signal: AbortSignal): Promise<void> {
    const { issuer } = this.#config;
    for (let attempt = 1; !signal.aborted; attempt++)
      try {
        await this.#provider();
        return this.#log.info({ issuer }, 'the identity provider is there');
      } catch (thrown) {
        const { code } = providerError(thrown);
        this.#log.warn(
          { issuer, code, err: thrown },
          'nobody can sign in at the identity provider; trying again',
        );
        await pause(backOffMs(RETRY, attempt, random), signal);
      }
  }

  /**
   * Where to send a browser.
   * @param redirectUri of ours, as registered at the provider
   * @throws SpillwayError PROVIDER_AWAY, PROVIDER_INVALID
   */
  async begin({ state, nonce, verifier }: Attempt, redirectUri: string): Promise<string> {
    const provider = await this.#provider();
    try {
      const parameters = {
        redirect_uri: redirectUri,
        scope: this.#config.scopes.join(' '),
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      };
      return buildAuthorizationUrl(provider, parameters).href;
    } catch (thrown) {
      throw providerError(thrown);
    }
  }

  /**
   * Who has come back from the provider.
   * @param answer our redirect address with what the provider has added to it
   * @throws SpillwayError SIGN_IN_REFUSED, NOT_ALLOWED, PROVIDER_AWAY, PROVIDER_INVALID
   */
  async finish({ state, nonce, verifier }: Attempt, answer: URL): Promise<SignedOn> {
    if (answer.searchParams.get('state') !== state)
      throw new SpillwayError('SIGN_IN_REFUSED', 'this sign-in was begun elsewhere, or took too long');
    const provider = await this.#provider();
    try {
      const tokens = await authorizationCodeGrant(provider, answer, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
      });
      const { id_token: idToken, access_token: accessToken } = tokens;
      const told = tokens.claims();
      if (!told || idToken === undefined)
        throw new SpillwayError('PROVIDER_INVALID', 'the identity provider sends no ID token');
      const isMore =
        !isComplete(told, this.#config) && provider.serverMetadata().userinfo_endpoint !== undefined;
      const more = isMore ? await fetchUserInfo(provider, accessToken, told.sub) : {};
      // What the ID token says is signed: the rest only adds to it.
      const person = personOf({ ...more, ...told }, this.#config);
      return { identity: { ...person, stamp: this.stamp, idToken }, subject: told.sub };
    } catch (thrown) {
      throw providerError(thrown);
    }
  }

  /** Where a browser signs out at the provider too; undefined where it offers nothing of the kind, or is away. */
  async signOutUrl(idToken: string, backTo: string): Promise<string | undefined> {
    const provider = await this.#provider().catch(() => undefined);
    if (provider?.serverMetadata().end_session_endpoint === undefined) return undefined;
    return buildEndSessionUrl(provider, { id_token_hint: idToken, post_logout_redirect_uri: backTo }).href;
  }

  /** The provider as it describes itself; an old description is better than none. @throws SpillwayError */
  async #provider(): Promise<Configuration> {
    const known = this.#known;
    if (known && this.#clock() - known.at < FRESH_MS) return known.provider;
    this.#asking ??= this.#discover().finally(() => (this.#asking = undefined));
    try {
      return await this.#asking;
    } catch (thrown) {
      if (known) return known.provider;
      throw providerError(thrown);
    }
  }

  async #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret, clockTolerance: tolerance } = this.#config;
    const provider = await discovery(
      new URL(issuer),
      clientId,
      { [clockTolerance]: tolerance / 1_000 },
      clientSecret === undefined ? None() : bySecret(clientSecret),
      {
        timeout: PATIENCE_S,
        // The configuration takes plain HTTP on this machine only.
        execute: [enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [allowInsecureRequests] : [])],
      },
    );
    this.#known = { provider, at: this.#clock() };
    return provider;
  }
}

/** In a header, which is the standard's default (OpenID Connect Core section 9); in the body where that is not taken. */
function bySecret(clientSecret: string): ClientAuth {
  const [basic, post] = [ClientSecretBasic(clientSecret), ClientSecretPost(clientSecret)];
  return (server, ...rest) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (taken.includes('client_secret_basic') ? basic : post)(server, ...rest);
  };
}
