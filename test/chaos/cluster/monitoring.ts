import { request } from 'undici';
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

/** The part of its `/connz` page that tells who is connected. */
const Connz = z.object({ connections: z.array(z.object({ name: z.string().optional() })) });

/** What a server says of itself; undefined while it does not answer. */
async function ask<T>(url: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    // Not by `fetch`, which refuses some of the ports that a server may have.
    const { body } = await request(url, { signal: AbortSignal.timeout(1_000) });
    return schema.parse(await body.json());
  } catch {
    return undefined;
  }
}

/** The names of the connections that a server has. */
export const clientsOf = async (monitorUrl: string): Promise<string[]> =>
  ((await ask(`${monitorUrl}/connz`, Connz))?.connections ?? []).map(({ name }) => name ?? '');

/** Whom a server takes for the leader of the cluster's metadata. */
export const metaLeaderSeenBy = async (monitorUrl: string): Promise<string | undefined> =>
  (await ask(`${monitorUrl}/jsz`, Jsz))?.meta_cluster?.leader || undefined;

/** The streams that a server says to lead, and whether all their copies are up to date. */
export async function ledBy(monitorUrl: string, name: string): Promise<ReadonlyMap<string, boolean>> {
  const page = await ask(`${monitorUrl}/jsz?accounts=true&streams=true`, Jsz);
  const streams = (page?.account_details ?? []).flatMap(({ stream_detail }) => stream_detail ?? []);
  return new Map(
    streams
      .filter(({ cluster }) => cluster?.leader === name)
      .map(stream => [stream.name, (stream.cluster?.replicas ?? []).every(({ current }) => current)]),
  );
}
