import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { SpillwayError } from '../../../protocol/errors.ts';
import type { RunBegin } from '../../../protocol/messages/run-transition.ts';
import { pause } from '../../../runtime/host/back-off.ts';
import { type AllowList, allowList } from '../../../runtime/xml-rpc/allow-list.ts';
import type { ListenConfig } from '../config.ts';
import type { Intake } from '../run/intake.ts';
import { openRun } from '../run/open-run.ts';
import type { RunTaking } from '../run/run-taking.ts';
import { closeRun, knownRuns } from '../run/unended.ts';
import { type BeginOfRun, type SocketRuns, serveSender } from './session.ts';

/** How soon the operating system asks a silent sender whether it is still there; ten seconds later it is taken for gone. */
const KEEP_ALIVE_MS = 10_000;

export interface Listener extends AsyncDisposable {
  readonly port: number;
  readonly running: Promise<void>;
  health(): Record<string, number>;
}

/** Takes events over TCP, of one sender at a time: a detector has one data acquisition. */
export async function listen(intake: Intake, config: ListenConfig): Promise<Listener> {
  const door = new Door(intake, config);
  await door.open();
  return door;
}

class Door implements Listener, SocketRuns {
  readonly #intake: Intake;
  readonly #config: ListenConfig;
  readonly #allowed: AllowList;
  readonly #server: Server;
  readonly #failed = Promise.withResolvers<never>();
  readonly running: Promise<void>;
  /** The connection that is served. */
  #sender: { readonly socket: Socket; readonly served: Promise<void> } | undefined;
  /** The run that is going on; of an earlier life, until its sender comes back, only its begin. */
  #run: RunTaking | RunBegin | undefined;
  #goneSince = new AbortController();

  constructor(intake: Intake, config: ListenConfig) {
    this.#intake = intake;
    this.#config = config;
    this.#allowed = allowList(config.allow);
    // Half-open is allowed so that a sender that ends its side still gets the answers it is owed.
    this.#server = createServer({
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
    this.#server.on('connection', socket => this.#accept(socket));
    const stopped = new Promise<void>(resolve =>
      intake.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    this.running = Promise.race([stopped, this.#failed.promise]);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** @throws SpillwayError ADDRESS_UNAVAILABLE; NATS_AWAY is waited for. */
  async open(): Promise<void> {
    const { open } = await this.#intake.patience.keepTrying('the runs that are known', () =>
      knownRuns(this.#intake),
    );
    const latest = open.at(-1);
    for (const begin of open)
      if (begin !== latest) await closeRun(this.#intake, begin, `run ${latest?.run ?? 0} has begun`);
    this.#run = latest;
    this.#waitForSender();
    const { host, port } = this.#config;
    this.#server.listen(port, host);
    try {
      await once(this.#server, 'listening');
    } catch (cause) {
      throw new SpillwayError('ADDRESS_UNAVAILABLE', `${host}:${port}`, { cause });
    }
    this.#intake.context.log.info(
      { host, port: this.port, allow: this.#config.allow },
      'listening for events',
    );
  }

  health(): Record<string, number> {
    return { senders: this.#sender ? 1 : 0, port: this.port };
  }

  async begin(event: BeginOfRun, sender: string): Promise<RunTaking | 'conflict'> {
    const { runNumber: run, header, dump } = event;
    const current = this.#run;
    if (current && 'retold' in current && current.run === run && current.startedAt === header.time) {
      current.retold();
      return current;
    }
    if (current && current.run !== run) await this.#interrupt(`run ${run} begins`);
    const beginning = { run, time: header.time, dump, reason: '', source: sender, rereadable: false };
    const opened = await openRun(this.#intake, beginning);
    if (typeof opened === 'string') return 'conflict';
    this.#run = opened;
    opened.retold();
    return opened;
  }

  ended(): void {
    this.#run = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#goneSince.abort();
    await this.#sender?.served;
  }

  #accept(socket: Socket): void {
    const { context, signal } = this.#intake;
    // Errors end the reading of the socket, where they are seen; without a listener they would end the process.
    socket.on('error', () => undefined);
    const { remoteAddress = '' } = socket;
    const reason = !this.#allowed(remoteAddress)
      ? 'HOST_REFUSED'
      : this.#sender
        ? 'RATE_EXCEEDED'
        : undefined;
    if (reason !== undefined || signal.aborted) {
      socket.destroy();
      context.count('refused', { reason: reason ?? 'closing' });
      context.log.warn(
        { sender: remoteAddress, reason },
        this.#sender ? 'refused: a sender is connected' : 'refused',
      );
      return;
    }
    this.#goneSince.abort();
    context.log.info({ sender: remoteAddress }, 'sender connected');
    const served = serveSender(this.#intake, socket, this)
      .catch((thrown: unknown) => {
        if (!signal.aborted) this.#failed.reject(thrown);
      })
      .finally(() => {
        socket.destroySoon();
        this.#sender = undefined;
        this.#waitForSender();
      });
    this.#sender = { socket, served };
  }

  /** Ends the run when nobody comes back in time. */
  #waitForSender(): void {
    const waiting = new AbortController();
    this.#goneSince = waiting;
    if (!this.#run) return;
    const given = AbortSignal.any([waiting.signal, this.#intake.signal]);
    pause(this.#config.gone, given)
      .then(async () => {
        if (!given.aborted) await this.#interrupt(`its sender has been away for ${this.#config.gone} ms`);
      })
      .catch((thrown: unknown) => {
        if (!this.#intake.signal.aborted) this.#failed.reject(thrown);
      });
  }

  async #interrupt(reason: string): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    if (!run) return;
    if ('retold' in run) await run.end('interrupted', { code: 'MIDAS_TRUNCATED', message: reason });
    else await closeRun(this.#intake, run, reason);
  }
}
