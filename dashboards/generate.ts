/** `npm run dashboards`: writes the boards as the files that Grafana reads. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boards, boardText } from './boards/boards.ts';

for (const [name, board] of Object.entries(boards))
  await writeFile(join(import.meta.dirname, 'grafana', `${name}.json`), boardText(board));
