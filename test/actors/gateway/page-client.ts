import { WebSocket } from 'ws';
import type { Position, ServerMessage, Start } from '../../../protocol/live.ts';
import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { until } from '../../helpers/until.ts';

export interface PageOptions {
  readonly after?: Position;
  readonly headers?: Record<string, string>;
  /** What it says once it is greeted, in place of a start; null: nothing. */
  readonly says?: string | Buffer | null;
}

/** As much of a page as hears what happens: what it is told, and the alarms as it then knows them. */
export class PageClient implements Disposable {
  readonly socket: WebSocket;
  readonly heard: ServerMessage[] = [];
  readonly alarms = new Map<string, AlarmChange>();
  closed: { readonly code: number; readonly reason: string } | undefined;
  /** HTTP status of a handshake that was refused. */
  refused: number | undefined;
  position: Position | undefined;

  constructor(base: string, { after, headers = {}, says }: PageOptions = {}) {
    this.position = after;
    this.socket = new WebSocket(`${base.replace('http', 'ws')}/api/v1/live`, { headers });
    this.socket.on('unexpected-response', (_request, response) => {
      this.refused = response.statusCode;
      response.resume();
    });
    this.socket.on('error', () => {});
    this.socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    this.socket.on('message', data =>
      this.#take(JSON.parse((data as Buffer).toString()) as ServerMessage, says),
    );
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }

  of<Type extends ServerMessage['type']>(type: Type) {
    return this.heard.filter(
      (message): message is Extract<ServerMessage, { type: Type }> => message.type === type,
    );
  }

  /** Resolves once so many messages of a type have come. */
  async hears(type: ServerMessage['type'], count = 1): Promise<void> {
    await until(() => this.of(type).length >= count, {
      timeoutMs: 15_000,
      what: `${count} × ${type}; heard ${this.heard.map(message => message.type).join(' ')}`,
    });
  }

  #take(message: ServerMessage, says: PageOptions['says']): void {
    this.heard.push(message);
    if (message.type === 'hello' && says !== null) {
      const start: Start = { type: 'start', ...(this.position ? { after: this.position } : {}) };
      this.socket.send(says ?? JSON.stringify(start));
    }
    if (message.type === 'snapshot') {
      this.alarms.clear();
      for (const change of message.alarms) this.alarms.set(change.alarm, change);
    }
    if (message.type === 'alarm') this.alarms.set(message.change.alarm, message.change);
    if ('position' in message) this.position = message.position;
  }
}
