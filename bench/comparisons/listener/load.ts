import { Pool } from 'undici';

/** Connections of the load, each with one request under way: a front end that tells of several events, and then some. */
const CONNECTIONS = 8;

/** Requests a second that a server accepts; any other answer than `true` ends the round with an error. */
export interface Load extends AsyncDisposable {
  /** Posts one callback and gives the answer's document. */
  post(body: Uint8Array): Promise<string>;
  /** @param forMs how long; what is under way then is waited for and counted */
  run(forMs: number): Promise<number>;
}

/** @param next the next callback, unlike all before it; good until it is called again */
export function load(url: string, next: () => Uint8Array): Load {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });

  async function post(body: Uint8Array): Promise<string> {
    const answer = await pool.request({
      path: pathname,
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body,
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${text.slice(0, 200)}`);
    return text;
  }

  return {
    post,
    async run(forMs) {
      const started = performance.now();
      let accepted = 0;
      await Promise.all(
        Array.from({ length: CONNECTIONS }, async () => {
          while (performance.now() - started < forMs) {
            const text = await post(next());
            if (!text.includes('<boolean>1</boolean>'))
              throw new Error(`not accepted: ${text.slice(0, 500)}`);
            accepted++;
          }
        }),
      );
      return (accepted * 1000) / (performance.now() - started);
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}
