import { join } from 'node:path';
import type { Logger } from 'pino';
import { VERSION } from '../../../runtime/version.ts';
import type { Body } from '../http/body.ts';
import { bundlePage } from './bundle.ts';

/** The shift page as it is served. */
export interface Page {
  /** Of the program and of the page's files: a page that was loaded under another one is of yesterday. */
  readonly version: string;
  /** `index.html`; undefined where there is no page. */
  readonly shell: Body | undefined;
  /** By path. */
  readonly files: ReadonlyMap<string, Body>;
}

/** The page that comes with Spillway. */
export const OWN_PAGE = join(import.meta.dirname, '..', '..', '..', 'web');

/** The page, or none: a gateway without one still serves alarms, and the log says why. */
export async function openPage(directory: string, maps: boolean, log: Logger): Promise<Page> {
  try {
    return await bundlePage(directory, { maps });
  } catch (thrown) {
    log.error({ err: thrown, directory }, 'there is no shift page: its files cannot be put together');
    return { version: VERSION, shell: undefined, files: new Map() };
  }
}
