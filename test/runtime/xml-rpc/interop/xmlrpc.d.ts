/** The npm package `xmlrpc` has no types; these are of what the test next to them uses. */
declare module 'xmlrpc' {
  import type { Server as HttpServer } from 'node:http';

  type Callback = (error: unknown, value?: unknown) => void;

  export interface Client {
    methodCall(method: string, params: readonly unknown[], callback: Callback): void;
  }
  export interface Server {
    readonly httpServer: HttpServer;
    on(method: string, handler: (error: unknown, params: unknown[], callback: Callback) => void): void;
  }

  export function createClient(url: string): Client;
  export function createServer(options: { host: string; port: number }, onListening: () => void): Server;
}
