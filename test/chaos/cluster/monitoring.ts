import { z } from 'zod';

/** The parts of a server's `/jsz` page that tell who leads. */
const Jsz = z.object({
  meta_cluster: z.object({ leader: z.string().optional() }).optional(),
  account_details: z
    .array(
      z.object({
        stream_detail: z
          .array(
            z.object({
              name: z.string(),
              cluster: z
                .object({
                  leader: z.string().optional(),
                  replicas: z.array(z.object({ current: z.boolean() })).optional(),
                })
                .optional(),
            }),
          )
          .optional(),
      }),
    )
    .optional(),
});
type Jsz = z.infer<typeof Jsz>;

/** What a server says of itself; undefined while it does not answer. */
async function ask(monitorUrl: string, query: string): Promise<Jsz | undefined> {
  try {
    const response = await fetch(`${monitorUrl}/jsz?${query}`, { signal: AbortSignal.timeout(1_000) });
    return Jsz.parse(await response.json());
  } catch {
    return undefined;
  }
}

/** Whom a server takes for the leader of the cluster's metadata. */
export const metaLeaderSeenBy = async (monitorUrl: string): Promise<string | undefined> =>
  (await ask(monitorUrl, ''))?.meta_cluster?.leader || undefined;

/** The streams that a server says to lead, and whether all their copies are up to date. */
export async function ledBy(monitorUrl: string, name: string): Promise<ReadonlyMap<string, boolean>> {
  const page = await ask(monitorUrl, 'accounts=true&streams=true');
  const streams = (page?.account_details ?? []).flatMap(({ stream_detail }) => stream_detail ?? []);
  return new Map(
    streams
      .filter(({ cluster }) => cluster?.leader === name)
      .map(stream => [stream.name, (stream.cluster?.replicas ?? []).every(({ current }) => current)]),
  );
}
