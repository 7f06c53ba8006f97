import type { Places } from './configuration.ts';
import { linksTo, natsLink } from './link-names.ts';
import { type Link, openLink } from './proxy.ts';

/** The links of a campaign, by name. */
export class Links implements AsyncDisposable {
  readonly #links = new Map<string, Link>();

  /** Opens a link to a port. @returns the port to connect to instead */
  async open(name: string, target: number): Promise<number> {
    const link = await openLink(target);
    this.#links.set(name, link);
    return link.port;
  }

  /** @throws Error for a name that no link has */
  get(name: string): Link {
    const link = this.#links.get(name);
    if (!link) throw new Error(`no link is called ${name}`);
    return link;
  }

  get names(): readonly string[] {
    return [...this.#links.keys()];
  }

  async mend(): Promise<void> {
    for (const link of this.#links.values()) await link.mend();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#links.values()].map(link => link[Symbol.asyncDispose]()));
  }
}

/** Opens every link of a campaign. */
export async function openLinks(
  actors: readonly string[],
  places: Places,
  webhook: number,
): Promise<AsyncDisposable & { readonly table: Links; readonly ports: ReadonlyMap<string, number> }> {
  const table = new Links();
  const ports = new Map<string, number>();
  const { servers, store, rotorooter, simulator, monitor } = places;
  const targets: Readonly<Record<string, number>> = {
    store,
    rotorooter,
    webhook,
    'front-end': simulator,
    'beam-monitor': monitor,
  };
  const names = linksTo(
    actors,
    servers.map(({ name }) => name),
  );
  for (const actor of actors)
    for (const { name, port } of servers)
      ports.set(natsLink(actor, name), await table.open(natsLink(actor, name), port));
  for (const name of names.others)
    ports.set(name, await table.open(name, targets[name.split('>')[1] ?? ''] ?? 0));
  return { table, ports, [Symbol.asyncDispose]: () => table[Symbol.asyncDispose]() };
}
