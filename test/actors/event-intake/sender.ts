import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  ACKNOWLEDGEMENT_BYTES,
  type Acknowledgement,
  AcknowledgementStatus,
  decodeAcknowledgement,
} from '../../../protocol/midas/acknowledgement.ts';
import { until } from '../../helpers/until.ts';

const NAMES = new Map(Object.entries(AcknowledgementStatus).map(([name, status]) => [status, name]));

/** A data acquisition that sends events. */
export class Sender implements AsyncDisposable {
  readonly socket: Socket;
  readonly answers: Acknowledgement[] = [];
  #rest: Buffer = Buffer.alloc(0);
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('close', () => (this.closed = true));
    socket.on('data', (chunk: Buffer) => {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      for (
        ;
        this.#rest.length >= ACKNOWLEDGEMENT_BYTES;
        this.#rest = this.#rest.subarray(ACKNOWLEDGEMENT_BYTES)
      )
        this.answers.push(decodeAcknowledgement(this.#rest.subarray(0, ACKNOWLEDGEMENT_BYTES)));
    });
  }

  static async connect(port: number): Promise<Sender> {
    const socket = connect(port, '127.0.0.1');
    const sender = new Sender(socket);
    await once(socket, 'connect');
    return sender;
  }

  send(...events: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(events));
  }

  /** `kept 1/3`: status, event id and serial of each answer. */
  get told(): string[] {
    return this.answers.map(({ status, eventId, serial }) => `${NAMES.get(status)} ${eventId}/${serial}`);
  }

  async answered(count: number): Promise<void> {
    await until(() => this.answers.length >= count, { what: `answer ${count}` });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await until(() => this.closed);
  }
}
