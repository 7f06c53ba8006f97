import { setTimeout as delay } from 'node:timers/promises';
import { type SessionInfo, WebSocketManager, WebSocketShardEvents } from '@discordjs/ws';
import { GatewayDispatchEvents } from 'discord-api-types/v10';
import type { Milliseconds } from '../../../../protocol/time.ts';
import type { ChannelServices } from '../channel.ts';
import type { DiscordRest } from './rest.ts';

export interface GatewayOptions {
  readonly token: string;
  readonly rest: DiscordRest;
  readonly services: ChannelServices;
  /** Takes one INTERACTION_CREATE. */
  readonly serve: (data: unknown) => Promise<void>;
}

const FIRST_PAUSE_MS: Milliseconds = 500;
const LONGEST_PAUSE_MS: Milliseconds = 60_000;
/** How long taking leave of Discord may take. */
const LEAVE_MS: Milliseconds = 3_000;

/**
 * Discord's gateway: one connection, outwards only, over which presses on buttons come. The library keeps it up, with
 * heartbeats and resuming; what it gives up on begins anew. Messages are sent whether it is there or not.
 */
export class ButtonGateway implements AsyncDisposable {
  readonly #options: GatewayOptions;
  readonly #dispose = new AbortController();
  readonly #stop: AbortSignal;
  readonly #running: Promise<void>;
  #session: SessionInfo | null = null;
  #isOpen = false;
  /** Connections begun since one was last of use. */
  #tries = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#stop = AbortSignal.any([options.services.signal, this.#dispose.signal]);
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    while (!this.#stop.aborted) {
      try {
        await this.#connect();
      } catch (error) {
        if (this.#stop.aborted) return;
        this.#options.services.log.warn(
          { reason: reasonOf(error) },
          'no buttons: the gateway of Discord refuses us',
        );
        await this.#pause();
      }
    }
  }

  /** Resolves when told to stop; rejects when the library has given up. */
  async #connect(): Promise<void> {
    const { token, rest } = this.#options;
    const ended = Promise.withResolvers<void>();
    const onStop = (): void => ended.resolve();
    this.#stop.addEventListener('abort', onStop);
    const manager = new WebSocketManager({
      token,
      intents: 0,
      rest: rest.rest,
      retrieveSessionInfo: () => (this.#isOpen ? this.#session : this.#beforeConnecting()),
      updateSessionInfo: (_, session) => {
        this.#session = session;
      },
    });
    this.#listen(manager);
    manager.on(WebSocketShardEvents.Error, error => ended.reject(error));
    try {
      await Promise.race([manager.connect(), ended.promise]);
      await ended.promise;
    } finally {
      this.#stop.removeEventListener('abort', onStop);
      // Two of the library's own goings that meet leave one of them waiting for ever (@discordjs/ws 2.0.4, `destroy`).
      const left = Promise.resolve(manager.destroy()).catch(() => {});
      await Promise.race([left, delay(LEAVE_MS, undefined, { ref: false })]);
    }
  }

  #listen(manager: WebSocketManager): void {
    const { services, serve } = this.#options;
    manager.on(WebSocketShardEvents.Dispatch, ({ t, d }) => {
      if (t !== GatewayDispatchEvents.InteractionCreate) return;
      serve(d).catch((error: unknown) => {
        services.log.warn({ reason: reasonOf(error) }, 'a press on a button could not be answered');
      });
    });
    for (const event of [WebSocketShardEvents.Ready, WebSocketShardEvents.Resumed] as const) {
      manager.on(event, () => {
        this.#tries = 0;
        services.log.info('buttons are served');
      });
    }
    manager.on(WebSocketShardEvents.Hello, () => {
      this.#isOpen = true;
    });
    manager.on(WebSocketShardEvents.Closed, () => {
      this.#isOpen = false;
    });
    manager.on(WebSocketShardEvents.SocketError, error => {
      services.log.warn(
        { reason: reasonOf(error) },
        'no buttons for the moment: the gateway of Discord is away',
      );
    });
  }

  /** The library asks for the session before it connects. By itself it would try twice a second for ever. */
  async #beforeConnecting(): Promise<SessionInfo | null> {
    if (this.#tries++ > 0) await this.#pause();
    // Whoever has been told to stop must not connect again, and the library has no other way to be told so here.
    if (this.#stop.aborted) await new Promise<never>(() => {});
    return this.#session;
  }

  async #pause(): Promise<void> {
    const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#tries);
    await delay(most * (0.5 + this.#options.services.random() / 2), undefined, { signal: this.#stop }).catch(
      () => {},
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#dispose.abort();
    await this.#running;
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error);
