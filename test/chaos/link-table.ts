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
