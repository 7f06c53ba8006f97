import type { StreamName } from '../../protocol/subjects.ts';

/**
 * Streams that a hub may take over from remote sites: each message is a fact of its own. Others have one writer, a fold at the
 * hub, or belong to the site, as its dead letters do.
 */
export const SITE_STREAMS = [
  'BEAM',
  'EVENT',
  'RUN',
  'SLOW',
  'LEDGER',
  'HEALTH',
] as const satisfies readonly StreamName[];
export type SiteStream = (typeof SITE_STREAMS)[number];

/** A remote site: its own NATS, a leaf of the hub's, with a JetStream of its own. */
export interface Site {
  /** Name of its JetStream domain. */
  readonly domain: string;
  readonly streams: readonly SiteStream[];
}

/** As JetStream tells it: a stream of the same name in the site's domain. */
export interface SiteSource {
  readonly name: string;
  readonly external: { readonly api: string; readonly deliver: string };
}

/**
 * What a stream at the hub takes over. JetStream keeps in each message which one of the site it was, and goes on behind the
 * last: after an outage of the link, or a change of leader, nothing is missing and nothing comes twice.
 * @param stream its name on the server, at the site as at the hub
 */
export const sourcesOf = (sites: readonly Site[], name: StreamName, stream: string): SiteSource[] =>
  sites
    .filter(({ streams }) => (streams as readonly StreamName[]).includes(name))
    .map(({ domain }) => ({ name: stream, external: { api: `$JS.${domain}.API`, deliver: '' } }));
