import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Clock, Milliseconds } from '../../../protocol/time.ts';
import type { Authenticator, Credentials } from './authenticator.ts';
import { type Principal, Role } from './role.ts';
import type { Identity } from './users.ts';

const Session = z.object({
  name: z.string(),
  role: z.enum(Role),
  stamp: z.string(),
  idToken: z.string().optional(),
  openedAt: z.number(),
  usedAt: z.number(),
});
type Session = z.infer<typeof Session>;

/** Sessions by the digest of their cookie: who reads the file cannot use them. */
const Kept = z.record(z.string(), Session);

export interface SessionOptions {
  readonly path: string;
  readonly clock: Clock;
  /** A session not used for so long is over. */
  readonly idleMs: Milliseconds;
  /** A session is over so long after the sign-in. */
  readonly longestMs: Milliseconds;
  /** Whether somebody may still do what they might when they signed in; a session of somebody who may not is over. */
  readonly isCurrent: (identity: Identity) => boolean;
  /** Without TLS a browser would not send a cookie that is marked Secure. */
  readonly secure: boolean;
}

/** Who is signed in. Kept in a file, so that a restarted gateway signs nobody out in the middle of a night. */
export class Sessions implements Authenticator, AsyncDisposable {
  readonly cookie: string;
  readonly #options: SessionOptions;
  readonly #sessions: Map<string, Session>;
  #saving: Promise<void> = Promise.resolve();

  private constructor(options: SessionOptions, kept: z.infer<typeof Kept>) {
    this.#options = options;
    // `__Host-`: only this very host, over TLS, can have set it (RFC 6265bis section 4.1.3.2).
    this.cookie = options.secure ? '__Host-spillway' : 'spillway';
    this.#sessions = new Map(Object.entries(kept));
  }

  static async open(options: SessionOptions): Promise<Sessions> {
    await mkdir(dirname(options.path), { recursive: true });
    const text = await readFile(options.path, 'utf8').catch(() => '{}');
    return new Sessions(options, Kept.catch({}).parse(parseOr(text, {})));
  }

  get size(): number {
    return this.#sessions.size;
  }

  get secure(): boolean {
    return this.#options.secure;
  }

  /** Begins a session; the text is what the cookie holds. */
  async begin(identity: Identity): Promise<{ readonly cookie: string; readonly principal: Principal }> {
    this.#dropOld();
    const cookie = randomBytes(32).toString('base64url');
    const now = this.#options.clock();
    this.#sessions.set(digest(cookie), { ...identity, openedAt: now, usedAt: now });
    await this.#save();
    return { cookie, principal: principalOf(cookie, identity) };
  }

  /** Ends a session, and tells whose it was. */
  async end(credentials: Credentials): Promise<Identity | undefined> {
    const cookie = credentials.cookie(this.cookie);
    const key = cookie === undefined ? '' : digest(cookie);
    const session = this.#sessions.get(key);
    if (this.#sessions.delete(key)) await this.#save();
    return session;
  }

  identify(credentials: Credentials): Principal | undefined {
    const cookie = credentials.cookie(this.cookie);
    const session = cookie === undefined ? undefined : this.#sessions.get(digest(cookie));
    if (cookie === undefined || !session || this.#isOver(session)) return undefined;
    session.usedAt = this.#options.clock();
    return principalOf(cookie, session);
  }

  /** Whether the session is still one; asking does not count as using it. */
  holds(credentials: Credentials): boolean {
    const cookie = credentials.cookie(this.cookie);
    const session = cookie === undefined ? undefined : this.#sessions.get(digest(cookie));
    return session !== undefined && !this.#isOver(session);
  }

  /** When each was used last is kept only now: a write per request would be too many. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#save();
  }

  #isOver(session: Session): boolean {
    const { clock, idleMs, longestMs, isCurrent } = this.#options;
    const { openedAt, usedAt } = session;
    return clock() - usedAt > idleMs || clock() - openedAt > longestMs || !isCurrent(session);
  }

  #dropOld(): void {
    for (const [key, session] of this.#sessions) if (this.#isOver(session)) this.#sessions.delete(key);
  }

  /** One after the other, so that an older list never replaces a newer one. */
  #save(): Promise<void> {
    const { path } = this.#options;
    const write = async (): Promise<void> => {
      await writeFile(`${path}.new`, JSON.stringify(Object.fromEntries(this.#sessions)), { mode: 0o600 });
      await rename(`${path}.new`, path);
    };
    this.#saving = this.#saving.then(write, write);
    return this.#saving;
  }
}

const digest = (cookie: string): string => createHash('sha256').update(cookie).digest('base64url');

/** The proof that our page sent a request follows from the cookie, which no page can read, ours included. */
const principalOf = (cookie: string, { name, role }: { name: string; role: Role }): Principal => ({
  name,
  role,
  by: 'session',
  csrf: createHmac('sha256', cookie).update('csrf').digest('base64url'),
});

function parseOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}
