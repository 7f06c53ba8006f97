import { WebSocket } from 'ws';
import type { AlarmFeed } from './alarm-feed.ts';
import type { News } from './news.ts';

/** A viewer that has so much on its way gets no more until a quarter of it is left. */
const MOST_BUFFERED = 1024 ** 2;
const LITTLE_BUFFERED = MOST_BUFFERED / 4;

/** A viewer that was too slow and has missed more changes than this gets a snapshot in their place. */
const LATE_CHANGES = 256;

/** As text, and as it is. */
const AS_TEXT = { binary: false, compress: false } as const;

/**
 * One page at the other end of a socket: a position in the feed, and as much on its way as its connection takes. What it cannot
 * take waits in the feed, which all share; of spills and heartbeats it then gets the latest.
 */
export class Viewer {
  readonly address: string;
  readonly socket: WebSocket;
  /** Whether whoever looks still may. */
  readonly mayLook: () => boolean;
  readonly joinedAt: number;
  readonly #feed: AlarmFeed;
  readonly #skipped = new Map<string, News>();
  /** Sequence of the last change told; undefined: it needs everything. */
  #at: number | undefined;
  #started = false;
  #late = false;
  #answered = true;
  #left = 0;

  constructor(socket: WebSocket, feed: AlarmFeed, address: string, mayLook: () => boolean, joinedAt: number) {
    this.socket = socket;
    this.address = address;
    this.mayLook = mayLook;
    this.joinedAt = joinedAt;
    this.#feed = feed;
    socket.on('pong', () => {
      this.#answered = true;
    });
  }

  get started(): boolean {
    return this.#started;
  }

  /** @param at position that the page has; undefined for a page that has nothing */
  start(at: number | undefined): void {
    this.#started = true;
    this.#at = at;
    this.pump();
  }

  /** What it has is of no use any more. */
  anew(): void {
    this.#at = undefined;
    this.pump();
  }

  /** Tells what has happened since, as far as the connection takes it. */
  pump(): void {
    if (!this.#started || !this.#feed.ready) return;
    while (this.#at !== this.#feed.head) {
      if (!this.#hasRoom()) return;
      const missed = this.#missed();
      if (missed === undefined) {
        this.send(this.#feed.snapshot());
        this.#at = this.#feed.head;
        break;
      }
      for (const { sequence, news } of missed) {
        if (!this.#hasRoom()) return;
        this.send(news);
        this.#at = sequence;
      }
      // The last messages may have had nothing to say.
      this.#at = this.#feed.head;
    }
    this.#late = false;
    for (const [key, news] of this.#skipped) {
      if (this.socket.bufferedAmount > LITTLE_BUFFERED) return;
      this.#skipped.delete(key);
      this.send(news);
    }
  }

  /** Something of which only the latest matters. */
  show(key: string, news: News): void {
    if (!this.#started) return;
    if (this.#late || this.socket.bufferedAmount > LITTLE_BUFFERED) this.#skipped.set(key, news);
    else this.send(news);
  }

  send(news: News): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(news, AS_TEXT, this.#sent);
  }

  /** Whether it has given a sign of life since the last time: an answer to a ping, or something taken off its hands. */
  isAlive(): boolean {
    const left = this.socket.bufferedAmount;
    const alive = this.#answered || left < this.#left;
    this.#left = left;
    this.#answered = false;
    if (alive) this.socket.ping();
    return alive;
  }

  readonly #sent = (): void => {
    const waits = this.#late || this.#skipped.size > 0;
    if (waits && this.socket.bufferedAmount <= LITTLE_BUFFERED) this.pump();
  };

  #hasRoom(): boolean {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    const room = this.socket.bufferedAmount <= MOST_BUFFERED;
    if (!room) this.#late = true;
    return room;
  }

  #missed() {
    if (this.#at === undefined) return undefined;
    const missed = this.#feed.after(this.#at);
    return this.#late && (missed?.length ?? 0) > LATE_CHANGES ? undefined : missed;
  }
}
