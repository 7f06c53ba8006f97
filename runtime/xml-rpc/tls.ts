import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { SpillwayError } from '../../protocol/errors.ts';

/** Files in PEM by which a server proves who it is, and by which it knows its clients where they have to. */
export interface ServerTlsFiles {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa?: string | undefined;
}

/** Files in PEM by which a client knows its server, and by which it proves who it is. */
export interface ClientTlsFiles {
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

export interface ServerTls {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Whoever has no certificate that this one vouches for is sent away. */
  readonly ca?: Buffer | undefined;
}

export interface ClientTls {
  /** In place of the authorities that Node trusts. */
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
}

/** @throws SpillwayError CONFIG_UNREADABLE naming the files */
export async function readServerTls({ certificate, key, clientCa }: ServerTlsFiles): Promise<ServerTls> {
  const files = await read({ cert: certificate, key, ca: clientCa });
  return files as ServerTls;
}

/** @throws SpillwayError CONFIG_UNREADABLE naming the files */
export const readClientTls = ({ ca, certificate, key }: ClientTlsFiles): Promise<ClientTls> =>
  read({ ca, cert: certificate, key });

async function read(paths: Readonly<Record<string, string | undefined>>): Promise<ClientTls> {
  const given = Object.entries(paths).filter((entry): entry is [string, string] => entry[1] !== undefined);
  try {
    const contents = await Promise.all(
      given.map(async ([name, path]) => [name, await readFile(path)] as const),
    );
    const tls: ClientTls = Object.fromEntries(contents);
    createSecureContext(tls);
    return tls;
  } catch (cause) {
    const files = given.map(([, path]) => path).join(' or ');
    throw new SpillwayError('CONFIG_UNREADABLE', `${files} cannot be used for TLS`, { cause });
  }
}
