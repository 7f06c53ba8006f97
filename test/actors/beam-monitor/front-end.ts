import { XmlRpcFaultError, type XmlRpcStruct, type XmlRpcValue } from '../../../protocol/xml-rpc/xml-rpc.ts';
import { XmlRpcClient } from '../../../runtime/xml-rpc/client.ts';
import { XmlRpcServer } from '../../../runtime/xml-rpc/server.ts';

/** A registration as the fake Beams Division server holds it. */
export interface Registered {
  readonly id: string;
  readonly event: string;
  readonly delayMs: number;
  readonly devices: readonly string[];
  readonly url: string;
  readonly method: string;
}

const text = (value: XmlRpcValue | undefined): string => {
  if (typeof value !== 'string') throw new XmlRpcFaultError({ code: -32602, message: 'text wanted' });
  return value;
};

export type Reader = (name: string) => XmlRpcStruct;

export const readingOf = (name: string, more: object = {}): XmlRpcStruct => ({
  name,
  scaled: 25.5,
  units: 'E12',
  status: 0,
  seconds: Math.floor(Date.now() / 1000),
  milliseconds: 20,
  ...more,
});

/** A Beams Division server in so far as the monitor meets it: real XML-RPC over HTTP, registrations in memory. */
export class FrontEnd implements AsyncDisposable {
  readonly server: XmlRpcServer;
  /** Alive registrations; clearing them is what a restart of the server does. */
  readonly registrations: Map<string, Registered>;
  readonly stopped: string[];
  readonly #clients = new Map<string, XmlRpcClient>();

  static async listen(
    options: { port?: number; leaseSeconds?: number; read?: Reader } = {},
  ): Promise<FrontEnd> {
    const registrations = new Map<string, Registered>();
    const stopped: string[] = [];
    const read = options.read ?? (name => readingOf(name));
    const leaseSeconds = options.leaseSeconds ?? 60;
    const methods: Record<string, (...params: readonly XmlRpcValue[]) => XmlRpcValue> = {
      startCallback(event, delayMs, devices, url, method) {
        const id = `${text(event)}-${registrations.size + 1}`;
        registrations.set(id, { id, event, delayMs, devices, url, method } as unknown as Registered);
        return { id, leaseSeconds };
      },
      renewCallback(id) {
        if (!registrations.has(text(id)))
          throw new XmlRpcFaultError({ code: 404, message: 'no such registration' });
        return { leaseSeconds };
      },
      stopCallback(id) {
        stopped.push(text(id));
        return registrations.delete(text(id));
      },
      getReading: names => (Array.isArray(names) ? names.map(name => read(text(name))) : read(text(names))),
      getErrorInfo: () => ({ verbose_text: 'stale data' }),
    };
    const server = await XmlRpcServer.listen({
      ...(options.port === undefined ? {} : { port: options.port }),
      path: '/xmlrpc/Accelerator',
      methods: new Map(
        Object.entries(methods).map(([name, answer]) => [
          name,
          { handler: async (params: readonly XmlRpcValue[]) => answer(...params) },
        ]),
      ),
    });
    return new FrontEnd(server, registrations, stopped);
  }

  private constructor(server: XmlRpcServer, registrations: Map<string, Registered>, stopped: string[]) {
    this.server = server;
    this.registrations = registrations;
    this.stopped = stopped;
  }

  registeredFor(event: string): Registered {
    const found = [...this.registrations.values()].find(registered => registered.event === event);
    if (!found) throw new Error(`nobody registered for ${event}`);
    return found;
  }

  /** One trigger: calls whoever registered, as the server would, and returns or throws what it answers. */
  async trigger(event: string, more: object = {}): Promise<XmlRpcValue> {
    const registered = this.registeredFor(event);
    const struct: XmlRpcStruct = {
      id: registered.id,
      event,
      sequence: 1,
      seconds: Math.floor(Date.now() / 1000),
      nanoseconds: 0,
      readings: registered.devices.map(name => readingOf(name)),
      ...more,
    };
    return this.#client(registered.url).call(registered.method, [struct]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients.values()) client[Symbol.dispose]();
    await this.server.close(0);
  }

  #client(url: string): XmlRpcClient {
    const client = this.#clients.get(url) ?? new XmlRpcClient(url, { timeoutMs: 5000 });
    this.#clients.set(url, client);
    return client;
  }
}
