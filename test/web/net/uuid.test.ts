import { expect, test } from 'vitest';
import { z } from 'zod';
import { uuid } from '../../../web/net/uuid.ts';

test('ids are UUIDs of version 4 as the gateway takes them, and differ', () => {
  const ids = Array.from({ length: 100 }, uuid);
  for (const id of ids) expect(z.uuidv4().safeParse(id).success).toBe(true);
  expect(new Set(ids).size).toBe(100);
});
