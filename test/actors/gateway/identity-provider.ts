import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ClientMetadata, type Configuration, Provider } from 'oidc-provider';

/** What the provider knows of somebody, by the name they log in with. */
export interface Person {
  readonly preferred_username?: string;
  readonly groups?: readonly string[];
}

export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  /** From now on it is there; before that it answers 503. */
  open(gateway: string, over?: { client?: Partial<ClientMetadata>; configuration?: Configuration }): void;
  /** It answers 503 from now on. */
  shut(): void;
}

export const CLIENT = {
  clientId: 'spillway',
  clientSecret: 'a secret of at least so many characters',
} as const;

// It tells of everything that only a test would do; what else is said stays.
for (const level of ['warn', 'info'] as const) {
  const say = console[level];
  console[level] = (...words) => {
    if (!String(words[0]).includes('oidc-provider ')) say(...words);
  };
}

const away: RequestListener = (_request, response) => response.writeHead(503).end('away');

/**
 * A real provider of OpenID Connect on a socket: people log in by typing who they are. Its address is known before it is open, since
 * gateway and provider have to know each other's.
 * @param host for browsers, `localhost` is another site than 127.0.0.1
 */
export async function identityProvider(
  people: Readonly<Record<string, Person>>,
  host = '127.0.0.1',
): Promise<IdentityProvider> {
  let listener = away;
  const server = createServer((request, response) => listener(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    open(gateway, { client = {}, configuration = {} } = {}) {
      const provider = new Provider(issuer, {
        clients: [
          {
            client_id: CLIENT.clientId,
            client_secret: CLIENT.clientSecret,
            redirect_uris: [`${gateway}/api/v1/session/oidc/callback`],
            post_logout_redirect_uris: [`${gateway}/`],
            ...client,
          },
        ],
        cookies: { keys: ['only for tests'] },
        claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
        findAccount: (_context, id) => ({
          accountId: id,
          claims: () => ({ sub: id, ...people[id] }),
        }),
        // In less than the standard's time, so that the process of the test may end.
        ttl: { Session: 600, Grant: 600, Interaction: 600 },
        ...configuration,
      });
      const handle = provider.callback();
      listener = (request, response) => void handle(request, response);
    },
    shut() {
      listener = away;
      server.closeAllConnections();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface Visit {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
  /** Every address on the way. */
  readonly way: readonly string[];
}

/** As much of a browser as signs in: keeps cookies, follows redirects, sends forms. All hosts are this machine. */
export class Surfer {
  readonly cookies = new Map<string, string>();

  get headers(): { readonly cookie: string } {
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  }

  async visit(address: string | URL, form?: Record<string, string>): Promise<Visit> {
    let url = new URL(address);
    let body = form && new URLSearchParams(form);
    const way: string[] = [];
    for (let hops = 0; hops < 20; hops++) {
      way.push(url.href);
      const response = await fetch(url, {
        method: body ? 'POST' : 'GET',
        redirect: 'manual',
        headers: { accept: 'text/html', ...this.headers },
        ...(body ? { body } : {}),
      });
      for (const line of response.headers.getSetCookie()) this.#keep(line);
      const next = response.headers.get('location');
      if (next === null) return { url, status: response.status, text: await response.text(), way };
      await response.body?.cancel();
      [url, body] = [new URL(next, url), undefined];
    }
    throw new Error(`goes round in circles: ${way.join(' ')}`);
  }

  /** From a page of the provider through its login and consent, to where it sends the browser afterwards. */
  async logIn(page: Visit, login: string): Promise<Visit> {
    const consent = await this.visit(actionOf(page), { prompt: 'login', login, password: 'any' });
    return this.visit(actionOf(consent), { prompt: 'consent' });
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
    if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

function actionOf({ url, text }: Visit): URL {
  const [, action] = /<form[^>]*\baction="([^"]+)"/.exec(text) ?? [];
  if (action === undefined) throw new Error(`no form at ${url.href}: ${text.slice(0, 300)}`);
  return new URL(action, url);
}
