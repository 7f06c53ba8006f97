/** node npm-xmlrpc.ts FILE: the reader that npm's `xmlrpc` uses for what is posted to its server, given the document in one piece. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { speak } from '../../harness/line-protocol.ts';
import { canonical } from './canonical.ts';

interface Deserializer {
  deserializeMethodCall(
    stream: Readable,
    done: (error: Error | null, method: string, params: unknown[]) => void,
  ): void;
}
const Deserializer = createRequire(import.meta.url)('xmlrpc/lib/deserializer') as new () => Deserializer;

const document = readFileSync(process.argv[2] as string);
const decode = (): Promise<unknown[]> =>
  new Promise((resolve, reject) => {
    new Deserializer().deserializeMethodCall(Readable.from([document]), (error, _method, params) => {
      if (error === null) resolve(params);
      else reject(error);
    });
  });
await speak(async () => canonical((await decode())[0]), decode);
