import { z } from 'zod';
import type { StoredBody } from '../../../protocol/messages/raw-event.ts';
import { digestFrom, sha256In } from '../digest.ts';

/**
 * How JetStream's Object Store lays an object out (NATS ADR-20): chunks under one subject, and a message that describes them
 * under another. What is written here is read by `nats object` and every client library, and the other way round.
 */
export const objectSubjects = {
  /** Chunks of one put. */
  chunks: (bucket: string, nuid: string) => `$O.${bucket}.C.${nuid}`,
  /** Chunks of every put of ours under one name. */
  chunksOfName: (bucket: string, name: string) => `$O.${bucket}.C.${encoded(name)}.*`,
  allChunks: (bucket: string) => `$O.${bucket}.C.>`,
  meta: (bucket: string, name: string) => `$O.${bucket}.M.${encoded(name)}`,
  allMeta: (bucket: string) => `$O.${bucket}.M.>`,
} as const;

/** Base64 for URLs, padded: the names may hold anything, subjects may not. */
const encoded = (name: string): string => padded(Buffer.from(name).toString('base64url'));

const padded = (text: string): string => text.padEnd(Math.ceil(text.length / 4) * 4, '=');

/**
 * What the layout calls `nuid`. Other clients take a random one; ours begins with the name, so that chunks whose put never
 * came to its end can be found by it.
 */
export const nuidOf = (name: string, random: string): string => `${encoded(name)}.${random}`;

const DIGEST = /^SHA-256=([A-Za-z0-9_-]{43})=?$/;

/** The fields of the layout that we read; others may be there. */
const ObjectInfo = z.looseObject({
  name: z.string(),
  nuid: z.string(),
  size: z.int().min(0).default(0),
  chunks: z.int().min(0).default(0),
  digest: z.string().default(''),
  deleted: z.boolean().default(false),
  options: z.looseObject({ link: z.unknown().optional() }).optional(),
});

/** An object as its bucket describes it. */
export interface ObjectInfo {
  readonly name: string;
  readonly nuid: string;
  readonly bytes: number;
  readonly chunks: number;
  readonly digest: StoredBody['digest'];
}

/** Undefined for an object that was deleted, and for what is no object of bytes: a link, or something else altogether. */
export function readObjectInfo(json: Uint8Array): ObjectInfo | undefined {
  const parsed = ObjectInfo.safeParse(jsonIn(json));
  if (!parsed.success) return undefined;
  const { name, nuid, size, chunks, digest, deleted, options } = parsed.data;
  const sha256 = DIGEST.exec(digest)?.[1];
  if (deleted || options?.link != null || sha256 === undefined) return undefined;
  return { name, nuid, bytes: size, chunks, digest: digestFrom(Buffer.from(sha256, 'base64url')) };
}

export const objectInfoJson = (
  bucket: string,
  { name, nuid, bytes, chunks, digest }: ObjectInfo,
  chunkBytes: number,
  now: Date,
): string =>
  JSON.stringify({
    bucket,
    name,
    description: '',
    nuid,
    size: bytes,
    chunks,
    digest: `SHA-256=${padded(sha256In(digest).toString('base64url'))}`,
    mtime: now.toISOString(),
    deleted: false,
    options: { max_chunk_size: chunkBytes },
  });

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
