import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Position } from '../../../protocol/live.ts';
import { type DisplayCaption, type RunNews, TICK_MS } from '../../../protocol/live.ts';
import type { Health } from '../../../protocol/messages/health.ts';
import type { Readings } from '../../../protocol/messages/readings.ts';
import type { ActorContext, Delivered } from '../../../runtime/actor.ts';
import { AlarmFeed } from './alarm-feed.ts';
import { displayNews, encode, healthNews, hello, type News, spillNews, tick } from './news.ts';
import { Paced } from './paced.ts';
import { parseStart } from './start-message.ts';
import { Viewer } from './viewer.ts';

/** Why a connection is closed by us: RFC 6455 section 7.4, and 4000 to 4999 for what is our own. */
export const CloseCode = {
  goingAway: 1001,
  unsupported: 1003,
  policy: 1008,
  tryLater: 1013,
  /** The session that the connection was made with is over: sign in. */
  sessionOver: 4401,
} as const;

const SECOND_MS = 1_000;
/** A sign of life is asked for so often; who gives none until the next time is gone. */
const PING_MS = 15_000;
/** A page says what it has as soon as it is greeted. */
const START_MS = 10_000;
/** At full speed a front end fires oftener than anybody can see. */
const SPILL_MS = 100;
const CLOSE_MS = 1_000;

export interface HubOptions {
  readonly context: ActorContext;
  readonly version: string;
  /** Heartbeats as they are now. */
  readonly health: () => readonly Health[];
  readonly limits: { readonly viewers: number; readonly viewersPerAddress: number };
}

/** Everybody who looks on: greets, brings up to date, and tells what happens, each message made once for all. */
export class LiveHub implements AsyncDisposable {
  readonly #options: HubOptions;
  readonly #log: Logger;
  readonly #feed: AlarmFeed;
  readonly #viewers = new Set<Viewer>();
  /** They have said what they have, and the feed does not know yet what there is. */
  readonly #waiting = new Map<Viewer, Position | undefined>();
  readonly #perAddress = new Map<string, number>();
  /** What a newcomer gets: the latest of each kind. */
  readonly #latest = new Map<string, News>();
  readonly #spills = new Paced<Delivered<Readings>>(SPILL_MS, (key, message) =>
    this.#show(key, spillNews(message)),
  );
  readonly #beats = new Paced<true>(SECOND_MS, key => this.#show(key, healthNews(this.#options.health())));
  /** They run from the first viewer on. */
  #timers: readonly NodeJS.Timeout[] | undefined;
  #closed = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#log = options.context.log;
    this.#feed = new AlarmFeed(options.context, {
      moved: () => this.#each(viewer => viewer.pump()),
      anew: () => this.#anew(),
    });
  }

  get size(): number {
    return this.#viewers.size;
  }

  /** From the watch lane of ALARM. */
  get alarms(): Pick<AlarmFeed, 'see' | 'caughtUp'> {
    return this.#feed;
  }

  spill(message: Delivered<Readings>): void {
    this.#spills.offer(`spill ${message.body.trigger} ${message.body.inOut}`, message);
  }

  beat(): void {
    this.#beats.offer('health', true);
  }

  /** A picture has come. */
  display(caption: DisplayCaption): void {
    this.#show(`display ${caption.detector} ${caption.kind}`, displayNews(caption));
  }

  /** More is known of the newest run of a detector; nothing of any other. */
  run(news: RunNews | undefined): void {
    if (news) this.#show(`run ${news.site} ${news.detector}`, encode(news));
  }

  isFull(address: string): boolean {
    const { viewers, viewersPerAddress } = this.#options.limits;
    return this.#viewers.size >= viewers || (this.#perAddress.get(address) ?? 0) >= viewersPerAddress;
  }

  /** @param mayLook whether whoever looks still may; asked every second */
  join(socket: WebSocket, address: string, mayLook: () => boolean): void {
    const { context, version } = this.#options;
    // Several may have been let in at the same time.
    if (this.#closed || this.isFull(address)) return socket.close(CloseCode.tryLater, 'there is no room');
    const viewer = new Viewer(socket, this.#feed, address, mayLook, performance.now());
    this.#viewers.add(viewer);
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    this.#timers ??= [
      setInterval(() => this.#tick(), TICK_MS),
      setInterval(() => this.#each(viewer => this.#check(viewer)), SECOND_MS),
      setInterval(() => this.#each(viewer => viewer.isAlive() || viewer.socket.terminate()), PING_MS),
    ];
    context.count('viewers_joined');
    socket.on('close', () => this.#leave(viewer));
    socket.on('message', (data, isBinary) => {
      if (isBinary) socket.close(CloseCode.unsupported, 'text only');
      else this.#hear(viewer, (data as Buffer).toString());
    });
    viewer.send(hello({ version, experiment: context.experiment, now: context.clock() }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers ?? []) clearInterval(timer);
    this.#spills[Symbol.dispose]();
    this.#beats[Symbol.dispose]();
    const sockets = [...this.#viewers].map(({ socket }) => socket);
    const closed = sockets.map(socket => new Promise(resolve => socket.once('close', resolve)));
    for (const socket of sockets) socket.close(CloseCode.goingAway, 'the gateway stops');
    const late = setTimeout(() => sockets.forEach(socket => socket.terminate()), CLOSE_MS);
    await Promise.all(closed);
    clearTimeout(late);
  }

  #hear(viewer: Viewer, text: string): void {
    const start = parseStart(text);
    if (!start || viewer.started || this.#waiting.has(viewer))
      return viewer.socket.close(CloseCode.policy, 'this is not understood');
    this.#waiting.set(viewer, start.after);
    if (this.#feed.ready) void this.#place(viewer);
  }

  async #place(viewer: Viewer): Promise<void> {
    const after = this.#waiting.get(viewer);
    const look = after && (await this.#feed.reach(after));
    // From here on in one turn: where it stands, and its place among those who are told.
    if (!this.#waiting.delete(viewer) || !this.#viewers.has(viewer)) return;
    viewer.start(look?.());
    for (const [key, news] of this.#latest) viewer.show(key, news);
  }

  /** Everything begins anew for those who were here, and begins for those who have waited for it. */
  #anew(): void {
    for (const viewer of this.#viewers)
      if (this.#waiting.has(viewer)) void this.#place(viewer);
      else viewer.anew();
  }

  #show(key: string, news: News): void {
    this.#latest.set(key, news);
    this.#each(viewer => viewer.show(key, news));
  }

  #tick(): void {
    const news = tick(this.#options.context.clock());
    // Also to those who wait for the gateway to know what there is: it is alive.
    this.#each(viewer => (viewer.started ? viewer.show('tick', news) : viewer.send(news)));
  }

  #check(viewer: Viewer): void {
    const { socket, started, joinedAt } = viewer;
    if (!viewer.mayLook()) socket.close(CloseCode.sessionOver, 'the session is over');
    else if (!started && !this.#waiting.has(viewer) && performance.now() - joinedAt > START_MS)
      socket.close(CloseCode.policy, 'nothing was asked for');
  }

  #leave(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    this.#waiting.delete(viewer);
    const left = (this.#perAddress.get(viewer.address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(viewer.address, left);
    else this.#perAddress.delete(viewer.address);
  }

  /** One that fails must not keep the others from being told. */
  #each(act: (viewer: Viewer) => unknown): void {
    for (const viewer of this.#viewers)
      try {
        act(viewer);
      } catch (thrown) {
        this.#log.warn({ err: thrown, address: viewer.address }, 'a viewer is let go');
        viewer.socket.terminate();
      }
  }
}
