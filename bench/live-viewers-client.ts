/** What `live-viewers.ts` and the comparison `live-viewers` share: the server's process, and those who look. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { FromServer, Kind } from './live-viewers-server.ts';

/** A gateway, or the bare server, in a process of its own. */
export class LiveServer implements AsyncDisposable {
  readonly #process: ChildProcess;

  constructor(kind: Kind, natsUrl: string) {
    this.#process = fork(new URL('live-viewers-server.ts', import.meta.url), [kind, natsUrl], {
      execArgv: ['--expose-gc'],
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** What the server answers to a word. */
  async ask<Word extends FromServer['word']>(word: Word): Promise<Extract<FromServer, { word: Word }>> {
    this.#process.send(word);
    for (;;) {
      const [answer] = (await once(this.#process, 'message')) as [FromServer];
      if (answer.word === word) return answer as Extract<FromServer, { word: Word }>;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill();
    await once(this.#process, 'exit');
  }
}

/** A viewer that only notes when each change comes. */
export class Looker {
  readonly socket: WebSocket;
  readonly at: number[] = [];
  /** The last change as it came. */
  last: Buffer | undefined;

  constructor(url: string) {
    this.socket = new WebSocket(url, { perMessageDeflate: false });
    this.socket.on('message', (data: Buffer) => {
      // `{"type":"alarm"`, `{"type":"hello"`: the tenth byte tells.
      if (data[9] === 0x61) {
        this.at.push(performance.now());
        this.last = data;
      } else if (data[9] === 0x68 && data[10] === 0x65 && data[11] === 0x6c)
        this.socket.send('{"type":"start"}');
    });
  }
}

/** So many more, 25 at a time: a server's queue of connections is short. */
export async function addLookers(lookers: Looker[], url: string, viewers: number): Promise<void> {
  while (lookers.length < viewers) {
    const some = Array.from({ length: Math.min(25, viewers - lookers.length) }, () => new Looker(url));
    await Promise.all(some.map(({ socket }) => once(socket, 'open')));
    lookers.push(...some);
  }
}
