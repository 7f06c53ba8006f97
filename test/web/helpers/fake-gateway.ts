import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { bundlePage } from '../../../actors/gateway/page/bundle.ts';
import { OWN_PAGE, type Page } from '../../../actors/gateway/page/page.ts';
import type { Dashboard } from '../../../dashboards/model.ts';
import type { DisplayCaption, ServerMessage, Start } from '../../../protocol/live.ts';
import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import type { PanelData, PanelQuery } from '../../../protocol/panel-query.ts';

/** An answer of the fake: a status and what is in it. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
}

export interface FakeGateway extends AsyncDisposable {
  readonly url: string;
  /** `METHOD /path` of every request, in order. */
  readonly requests: string[];
  /** Bodies of what was asked of alarms. */
  readonly commands: { readonly path: string; readonly body: Record<string, unknown> }[];
  /** What pages said after the greeting. */
  readonly starts: Start[];
  readonly pages: ReadonlySet<WebSocket>;
  /** Greets with it; differs from the page's own when changed. */
  version: string;
  role: 'viewer' | 'shifter' | 'expert' | 'anonymous' | 'nobody';
  boards: readonly Dashboard[];
  /** What there is to see, the latest last, and the bytes by `url`. */
  displays: readonly DisplayCaption[];
  pictures: ReadonlyMap<string, Uint8Array>;
  /** What a page is told after its start. */
  greeting: (start: Start) => readonly ServerMessage[];
  panel: (panel: number, query: PanelQuery) => PanelData | Answer;
  command: (path: string, body: Record<string, unknown>) => Answer;
  /** Answers what nothing else here does: what alarms did, silences, the mode. */
  more: (asked: Asked) => Answer | undefined;
  signOut: () => Answer;
  /** Whether connections are taken. */
  live: boolean;
  say(message: ServerMessage): void;
  /** What the sign-in dialog may offer. */
  ways: { passwords: boolean; signOn?: { label: string; path: string } };
  /** Ends every connection; with a code, as the gateway does. */
  hangUp(code?: number): void;
}

/** The policy under which the real gateway serves the page. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

let built: Promise<Page> | undefined;

/** The page under a gateway that says what a test wants it to say, down to what no real one would. */
export async function fakeGateway(): Promise<FakeGateway> {
  built ??= bundlePage(OWN_PAGE, { maps: false });
  const page = await built;
  const pages = new Set<WebSocket>();
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer((request, response) => void answer(request, response));

  const fake: Omit<FakeGateway, keyof AsyncDisposable> = {
    url: '',
    requests: [],
    commands: [],
    starts: [],
    pages,
    version: page.version,
    role: 'shifter',
    boards: [],
    displays: [],
    pictures: new Map(),
    greeting: () => [{ type: 'snapshot', position: { stream: 'ALARM@1', sequence: 0 }, alarms: [] }],
    panel: () => ({ frames: [] }),
    command: () => ({ status: 200, body: { command: '', message: 'done' } }),
    more: () => undefined,
    signOut: () => ({ status: 204 }),
    live: true,
    say: message => {
      for (const socket of pages) socket.send(JSON.stringify(message));
    },
    ways: { passwords: true },
    hangUp: code => {
      for (const socket of pages)
        if (code === undefined) socket.terminate();
        else socket.close(code);
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://fake');
    fake.requests.push(`${request.method ?? ''} ${path}`);
    const body = ['POST', 'PUT'].includes(request.method ?? '')
      ? ((await json(request)) as Record<string, unknown>)
      : {};
    response.setHeader('content-security-policy', POLICY);
    const file = page.files.get(path);
    if (file) return void response.setHeader('content-type', file.type).end(file.bytes);
    const picture = fake.pictures.get(path);
    if (picture) return void response.setHeader('content-type', 'image/png').end(picture);
    if (!path.startsWith('/api/'))
      return void response.setHeader('content-type', page.shell?.type ?? '').end(page.shell?.bytes);
    const asked = { method: request.method ?? '', path: decodeURIComponent(path), query, body };
    const { status, body: said } = fake.more(asked) ?? route(asked);
    response.statusCode = status;
    response
      .setHeader('content-type', 'application/json')
      .end(said === undefined ? '' : JSON.stringify(said));
  }

  function route({ method, path, body }: Asked): Answer {
    if (path === '/api/v1/sign-in') return { status: 200, body: fake.ways };
    if (path === '/api/v1/session') return session(method, body);
    if (path === '/api/v1/displays')
      return { status: 200, body: { displays: fake.displays.map(latest => ({ latest, older: [] })) } };
    const [, uid = '', rest = ''] = /^\/api\/v1\/boards(?:\/([^/]+)(\/.*)?)?$/.exec(path) ?? [];
    if (path === '/api/v1/boards')
      return {
        status: 200,
        body: {
          boards: fake.boards.map(({ uid, title, description, tags }) => ({ uid, title, description, tags })),
        },
      };
    if (path.startsWith('/api/v1/boards/')) return board(uid, rest, body as unknown as PanelQuery);
    if (path.startsWith('/api/v1/alarms/') && method === 'POST') {
      fake.commands.push({ path, body });
      return fake.command(path, body);
    }
    return { status: 404, body: { code: 'REQUEST_INVALID', message: `there is no ${path}` } };
  }

  function session(method: string, body: Record<string, unknown>): Answer {
    if (method === 'POST') fake.role = body['password'] === 'right' ? 'shifter' : fake.role;
    if (method === 'POST' && body['password'] !== 'right')
      return { status: 401, body: { code: 'SIGN_IN_REFUSED', message: 'name or password is wrong' } };
    if (method === 'DELETE') {
      fake.role = 'anonymous';
      return fake.signOut();
    }
    if (fake.role === 'nobody') return { status: 401, body: { code: 'NOT_SIGNED_IN', message: 'nobody' } };
    if (fake.role === 'anonymous')
      return { status: 200, body: { name: 'anonymous', role: 'viewer', by: 'anonymous' } };
    return { status: 200, body: { name: 'maria', role: fake.role, by: 'session', csrf: 'proof' } };
  }

  function board(uid: string, rest: string, query: PanelQuery): Answer {
    const found = fake.boards.find(one => one.uid === uid);
    if (!found)
      return { status: 404, body: { code: 'REQUEST_INVALID', message: `there is no board ${uid}` } };
    if (rest === '') return { status: 200, body: found };
    if (rest === '/annotations') return { status: 200, body: { regions: [] } };
    if (rest === '/variables') return { status: 200, body: {} };
    const panel = Number(/^\/panels\/(\d+)\/query$/.exec(rest)?.[1]);
    const said = fake.panel(panel, query);
    return 'status' in said ? said : { status: 200, body: said };
  }

  server.on('upgrade', (request, socket, head) => {
    if (!fake.live) {
      socket.destroy();
      return;
    }
    sockets.handleUpgrade(request, socket, head, page => {
      pages.add(page);
      page.on('close', () => pages.delete(page));
      page.on('message', data => {
        const start = JSON.parse((data as Buffer).toString()) as Start;
        fake.starts.push(start);
        for (const message of fake.greeting(start)) page.send(JSON.stringify(message));
      });
      const hello: ServerMessage = {
        type: 'hello',
        version: fake.version,
        experiment: 'numi',
        now: Date.now(),
      };
      page.send(JSON.stringify(hello));
    });
  });
  const tick = setInterval(() => fake.say({ type: 'tick', now: Date.now() }), 2000);

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(fake, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      clearInterval(tick);
      fake.hangUp();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

/** The greeting that tells a page of these alarms. */
export const snapshotOf =
  (alarms: readonly AlarmChange[], sequence = 10): FakeGateway['greeting'] =>
  () => [
    {
      type: 'snapshot',
      position: { stream: 'ALARM@1', sequence },
      alarms,
      mode: {
        mode: 'beam-on',
        from: '',
        at: { seconds: 1_800_000_000, nanoseconds: 0 },
        reason: 'pot > 0.5',
        by: '',
      },
    },
  ];
