import { addAbortListener, once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { encodeReply, type FrameLimits, type Reply } from '../../protocol/rotorooter/rotorooter.ts';
import { drained } from '../../runtime/drained.ts';
import { type AllowList, allowList } from '../../runtime/xml-rpc/allow-list.ts';
import { Cut, serveSession } from './session.ts';
import type { Writer } from './writer.ts';

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  /** Networks clients may come from, in CIDR notation. */
  readonly allow: readonly string[];
  readonly maxClients: number;
  /** Longest wait for the first command, in milliseconds. */
  readonly openTimeoutMs: number;
  /** Whether replies are sent at once rather than gathered by the kernel (TCP_NODELAY). */
  readonly noDelay: boolean;
  readonly limits: FrameLimits;
  readonly log: Logger;
  /** Told of every client that is refused or cut off. */
  readonly onCut: (cut: Cut) => void;
}

/** How long a client that was cut off may take to read why, in milliseconds. */
const LINGER_MS = 1_000;

interface Client {
  readonly socket: Socket;
  /** Aborted with the `Cut` that says why nothing more is read. */
  readonly stop: AbortController;
}

/** Accepts clients and gives each a session. */
export class RotorooterServer {
  readonly #server: Server;
  readonly #writer: Writer;
  readonly #options: ServerOptions;
  readonly #allowed: AllowList;
  readonly #clients = new Map<Client, Promise<void>>();
  /** The one client of each source, by its name. */
  readonly #owners = new Map<string, Client>();

  private constructor(server: Server, writer: Writer, options: ServerOptions) {
    this.#server = server;
    this.#writer = writer;
    this.#options = options;
    this.#allowed = allowList(options.allow);
    server.on('connection', (socket: Socket) => this.#accept(socket));
  }

  static async listen(writer: Writer, options: ServerOptions): Promise<RotorooterServer> {
    // Half-open is allowed so that a client that ends its side still gets the answers it is owed.
    const server = createServer({ allowHalfOpen: true, noDelay: options.noDelay, keepAlive: true });
    const listener = new RotorooterServer(server, writer, options);
    server.listen(options.port, options.host);
    await once(server, 'listening');
    return listener;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Takes no more clients and reads no more commands; what was read is still answered. */
  stopReading(): void {
    this.#server.close();
    for (const { stop } of this.#clients.keys()) stop.abort(new Cut('closing', ''));
  }

  /** Closes all connections, after those that can be have been told why. */
  async end(): Promise<void> {
    this.stopReading();
    const timer = setTimeout(() => {
      for (const { socket } of this.#clients.keys()) socket.destroy();
    }, LINGER_MS);
    await Promise.all(this.#clients.values());
    clearTimeout(timer);
  }

  #accept(socket: Socket): void {
    // Errors end the reading of the socket, where they are seen; without a listener they would end the process.
    socket.on('error', () => undefined);
    const client = { socket, stop: new AbortController() };
    const served = this.#serve(client, this.#refusal(socket))
      .catch((error: unknown) => this.#options.log.info({ err: error }, 'connection broke'))
      .finally(() => {
        socket.destroy();
        this.#clients.delete(client);
      });
    this.#clients.set(client, served);
  }

  #refusal({ remoteAddress = '' }: Socket): Cut | undefined {
    if (!this.#allowed(remoteAddress)) {
      return new Cut('refused', `${remoteAddress} is not in the allow-list`);
    }
    const { maxClients } = this.#options;
    if (this.#clients.size < maxClients) return undefined;
    return new Cut('crowded', `${maxClients} clients are connected`);
  }

  async #serve(client: Client, refusal: Cut | undefined): Promise<void> {
    const { socket } = client;
    const chunks: AsyncIterableIterator<Buffer> = socket.iterator({ destroyOnReturn: false });
    if (refusal)
      await sendReplies(socket, [{ status: refusal.status, lastOnDisk: 0, text: refusal.message }]);
    const cut = refusal ?? (await this.#session(client, chunks));
    if (cut) {
      const { status, message: reason } = cut;
      this.#options.log.warn({ client: socket.remoteAddress, status, reason }, 'client cut off');
      this.#options.onCut(cut);
    }
    await letGo(socket, chunks);
  }

  async #session(client: Client, chunks: AsyncIterator<Buffer>): Promise<Cut | undefined> {
    const { socket, stop } = client;
    const { openTimeoutMs, limits, log } = this.#options;
    const timer = setTimeout(() => {
      stop.abort(new Cut('tooSlow', `no command within ${openTimeoutMs} ms`));
    }, openTimeoutMs);
    let owned = '';
    const onOpen = (source: string): void => {
      clearTimeout(timer);
      owned = source;
      this.#owners.get(source)?.stop.abort(new Cut('superseded', `${source} opened another connection`));
      this.#owners.set(source, client);
      log.info({ client: socket.remoteAddress, source }, 'client opens');
    };
    const reply = (replies: readonly Reply[]): Promise<void> => sendReplies(socket, replies);
    try {
      const input = untilAborted(chunks, stop.signal);
      return await serveSession(input, { writer: this.#writer, limits, reply, onOpen });
    } finally {
      clearTimeout(timer);
      if (this.#owners.get(owned) === client) this.#owners.delete(owned);
    }
  }
}

/** Resolves when there is room for the next replies. */
async function sendReplies(socket: Socket, replies: readonly Reply[]): Promise<void> {
  if (!socket.writable) return;
  if (!socket.write(Buffer.concat(replies.map(encodeReply)))) await drained(socket);
}

/** Closes the socket when the client has read its last reply: unread input would make the kernel throw that away. */
async function letGo(socket: Socket, chunks: AsyncIterator<unknown>): Promise<void> {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.end();
  try {
    while (!(await chunks.next()).done);
  } catch {
    // The connection broke, which is what we wait for.
  }
  clearTimeout(timer);
  socket.destroy();
}

/** Passes chunks on until the signal aborts, and throws its reason then. The source is left as it is. */
async function* untilAborted<T>(
  source: AsyncIterator<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  let interrupt: (reason: unknown) => void = () => undefined;
  using _listener = addAbortListener(signal, () => interrupt(signal.reason));
  for (;;) {
    signal.throwIfAborted();
    const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
      interrupt = reject;
      source.next().then(resolve, reject);
    });
    if (next.done) return;
    yield next.value;
  }
}
