import { AsyncLocalStorage } from 'node:async_hooks';
import { resolve } from 'node:path';
import { z } from 'zod';

const base = new AsyncLocalStorage<string>();

/** A file or directory that a YAML file names: relative to that file, read as an absolute path. */
export const filePath = () =>
  z
    .string()
    .min(1)
    .transform(path => resolve(base.getStore() ?? '.', path));

/** Runs `parse` so that every `filePath()` in it is relative to `directory`; elsewhere it is to the working directory. */
export const relativeTo = <T>(directory: string, parse: () => T): T => base.run(resolve(directory), parse);
