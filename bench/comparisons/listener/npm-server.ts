/** node npm-server.ts: the server of npm's `xmlrpc`; takes callbacks and keeps nothing. */
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { digestOf } from './digest.ts';

interface Reading {
  readonly name: string;
  readonly scaled: number | readonly number[];
}
type Handler = (
  error: unknown,
  params: readonly [{ readonly readings: readonly Reading[] }],
  answer: (error: null, value: unknown) => void,
) => void;
interface XmlRpc {
  createServer(
    options: { host: string; port: number },
    listening: () => void,
  ): { readonly httpServer: { address(): AddressInfo }; on(method: string, handler: Handler): void };
}

const server = (createRequire(import.meta.url)('xmlrpc') as XmlRpc).createServer(
  { host: '127.0.0.1', port: 0 },
  () => console.log(`listening at http://127.0.0.1:${server.httpServer.address().port}/RPC2`),
);
server.on('beam.callback', (_error, _params, answer) => answer(null, true));
server.on('digest', (_error, [{ readings }], answer) =>
  answer(null, digestOf(readings.map(({ name, scaled }) => ({ name, values: [scaled].flat() })))),
);
