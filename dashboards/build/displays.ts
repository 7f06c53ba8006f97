import type { DisplayOptions, Variable } from '../model.ts';
import { PanelType } from '../model.ts';
import type { PanelSpec } from './panels.ts';
import { dataSource } from './target.ts';

const GATEWAY = 'gateway';

/** Where Grafana finds the gateway, for pictures; our own page knows. A board with `eventDisplayPanel` needs it. */
export const gatewayVariable: Variable = {
  name: GATEWAY,
  label: 'Gateway',
  description: 'Address of the gateway as browsers reach it, for pictures',
  type: 'textbox',
  query: 'http://127.0.0.1:8090',
  current: { text: 'http://127.0.0.1:8090', value: 'http://127.0.0.1:8090' },
  options: [],
  hide: 2,
};

export interface DisplayPanel extends DisplayOptions {
  /** Never changes once published: links and bookmarks name it. */
  readonly id: number;
  readonly title: string;
  readonly description: string;
}

/**
 * The latest picture of a detector, as the gateway has it. Our own page draws what `options.display` says and shows the next one as it
 * comes; Grafana shows `options.content`, whose address changes with every refresh, so that no browser takes an old one for it.
 */
export function eventDisplayPanel({ id, title, description, detector, kind }: DisplayPanel): PanelSpec {
  const address = `\${${GATEWAY}}/api/v1/displays/${detector}/${kind}/latest.png?at=\${__to}`;
  const display: DisplayOptions = { detector, kind };
  return {
    id,
    type: PanelType.text,
    title,
    description,
    datasource: dataSource,
    targets: [],
    fieldConfig: { defaults: {}, overrides: [] },
    options: {
      mode: 'html',
      content: `<img src="${address}" alt="${title}" style="max-width: 100%; max-height: 100%">`,
      display,
    },
  };
}
