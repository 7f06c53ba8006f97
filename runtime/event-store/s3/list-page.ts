import type { KeptBody } from '../event-store.ts';
import { readXml, textOf } from './xml.ts';

/** A part of a list. */
export interface ListPage {
  readonly bodies: readonly KeptBody[];
  /** To be asked for the next part with; undefined when there is none. */
  readonly next: string | undefined;
}

/**
 * Reads an answer of ListObjectsV2.
 * @returns undefined for what is no such answer, such as the page of a proxy: nobody may believe that the store is empty
 */
export function readListPage(text: string, prefix: string): ListPage | undefined {
  const page = readXml(text);
  if (page?.name !== 'ListBucketResult') return undefined;
  const bodies: KeptBody[] = [];
  for (const entry of page.children.filter(({ name }) => name === 'Contents')) {
    const key = textOf(entry, 'Key');
    const size = textOf(entry, 'Size');
    const storedAt = Date.parse(textOf(entry, 'LastModified'));
    if (!key.startsWith(prefix) || !/^\d{1,15}$/.test(size) || Number.isNaN(storedAt)) return undefined;
    bodies.push({ name: key.slice(prefix.length), bytes: Number(size), storedAt });
  }
  return { bodies, next: textOf(page, 'NextContinuationToken') || undefined };
}
