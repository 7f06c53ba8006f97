import { type Position, type ServerMessage, SILENT_MS, type Start } from '../../protocol/live.ts';

export interface LiveOptions {
  /** Address of the WebSocket. */
  readonly url: string;
  readonly onMessage: (message: ServerMessage) => void;
  /** True once the server has greeted, false when the connection is gone. */
  readonly onState: (connected: boolean) => void;
  /** The session that the connection was made with is over. */
  readonly onSessionOver: () => void;
  readonly random: () => number;
}

/** As the gateway closes connections (docs/gateway.md). */
const SESSION_OVER = 4401;

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/**
 * The connection to the gateway, kept for as long as the page is open: made anew when it breaks or falls silent, with
 * what has been seen of the alarms, so that nothing is missed.
 */
export class Live {
  readonly #options: LiveOptions;
  #socket: WebSocket | undefined;
  #position: Position | undefined;
  #attempt = 0;
  #silent: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#connect();
    addEventListener('online', () => this.reconnect());
  }

  /** Tries at once: the network is back, or somebody has signed in. */
  reconnect(): void {
    this.#attempt = 0;
    clearTimeout(this.#again);
    if (this.#socket) this.#socket.close();
    else this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    clearTimeout(this.#silent);
    this.#socket?.close();
  }

  #connect(): void {
    if (this.#closed) return;
    const socket = new WebSocket(this.#options.url);
    this.#socket = socket;
    this.#heard();
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as ServerMessage));
    socket.addEventListener('close', ({ code }) => this.#lost(socket, code));
  }

  #take(message: ServerMessage): void {
    this.#heard();
    if (message.type === 'hello') {
      this.#attempt = 0;
      const start: Start = { type: 'start', ...(this.#position ? { after: this.#position } : {}) };
      this.#socket?.send(JSON.stringify(start));
      this.#options.onState(true);
    }
    this.#options.onMessage(message);
    // Only once it has been taken in: what fails on the way is asked for again.
    if ('position' in message) this.#position = message.position;
  }

  /** A connection over which nothing comes is dead, whatever the browser thinks of it. */
  #heard(): void {
    clearTimeout(this.#silent);
    this.#silent = setTimeout(() => this.#socket?.close(), SILENT_MS);
  }

  #lost(socket: WebSocket, code: number): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    clearTimeout(this.#silent);
    this.#options.onState(false);
    if (code === SESSION_OVER) this.#options.onSessionOver();
    if (this.#closed) return;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempt++);
    this.#again = setTimeout(() => this.#connect(), wait * (0.5 + this.#options.random() / 2));
  }
}
