import type { ActorContext } from '../../runtime/actor.ts';
import { pause } from '../../runtime/host/back-off.ts';
import type { BeamsServer } from './beams-server.ts';
import { nameOf, type Subscription } from './lists.ts';
import {
  type Action,
  after,
  heard,
  initialState,
  isRegistered,
  nextAction,
  type Outcome,
  type SubscriptionPolicy,
  type SubscriptionState,
} from './subscription.ts';

/** Longest sleep before looking again; timers cannot hold more than 24 days, and leases may. */
const LONGEST_SLEEP_MS = 60_000;

export interface KeeperOptions {
  readonly server: BeamsServer;
  /** URL and method the server is told to call. */
  readonly url: string;
  readonly method: string;
  readonly policy: SubscriptionPolicy;
}

/** Drives the state machine of one subscription against the server, until the signal aborts. */
export class Keeper {
  readonly subscription: Subscription;
  readonly #context: Pick<ActorContext, 'clock' | 'random' | 'log' | 'count'>;
  readonly #options: KeeperOptions;
  #state: SubscriptionState;

  constructor(
    subscription: Subscription,
    context: Pick<ActorContext, 'clock' | 'random' | 'log' | 'count'>,
    options: KeeperOptions,
  ) {
    this.subscription = subscription;
    this.#context = context;
    this.#options = options;
    this.#state = initialState(context.clock());
  }

  get registration(): string | undefined {
    return this.#state.registration?.id;
  }

  get registered(): boolean {
    return isRegistered(this.#state, this.#context.clock());
  }

  heard(): void {
    this.#state = heard(this.#state, this.#context.clock());
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#context;
    const { policy } = this.#options;
    while (!signal.aborted) {
      const action = nextAction(this.#state, clock(), policy);
      if (action.kind === 'wait') {
        await pause(Math.min(LONGEST_SLEEP_MS, Math.max(1, action.until - clock())), signal);
        continue;
      }
      const outcome = await this.#perform(action, signal);
      this.#tell(action, outcome);
      this.#state = after(this.#state, outcome, clock(), policy, random);
    }
  }

  /** Asks the server to call no more; best effort, since the lease ends it in any case. */
  async stop(signal: AbortSignal): Promise<void> {
    const { registration, replaced } = this.#state;
    const ids = [registration?.id, replaced].filter(id => id !== undefined);
    await Promise.allSettled(ids.map(id => this.#options.server.stopCallback(id, signal)));
  }

  async #perform(action: Exclude<Action, { kind: 'wait' }>, signal: AbortSignal): Promise<Outcome> {
    const { server, url, method } = this.#options;
    const { trigger, delayMs, devices } = this.subscription;
    const askedAt = this.#context.clock();
    try {
      if (action.kind === 'start') {
        const request = { event: trigger, delayMs, devices: [...devices.keys()], url, method };
        return { kind: 'started', ...(await server.startCallback(request, signal)), askedAt };
      }
      if (action.kind === 'renew') {
        const renewed = await server.renewCallback(action.id, signal);
        return renewed ? { kind: 'renewed', ...renewed, askedAt } : { kind: 'unknown' };
      }
      await server.stopCallback(action.id, signal);
      return { kind: 'stopped' };
    } catch (error) {
      if (action.kind === 'stop') return { kind: 'stopped' };
      return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
    }
  }

  #tell(action: Action, outcome: Outcome): void {
    const { log } = this.#context;
    const { failures } = this.#state;
    const fields = { subscription: nameOf(this.subscription), action: action.kind, reason: action.reason };
    this.#context.count('registration', { action: action.kind, outcome: outcome.kind });
    if (outcome.kind === 'failed') {
      // The first failure and then each tenth: a server away for a night must not fill the log.
      if (failures % 10 === 0) log.warn({ ...fields, failures: failures + 1 }, `no answer: ${outcome.why}`);
    } else if (action.kind === 'start' || outcome.kind === 'unknown')
      log.info(fields, outcome.kind === 'started' ? `registered as ${outcome.id}` : 'registration is gone');
    else log.debug(fields, outcome.kind);
  }
}
