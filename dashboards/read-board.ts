import { z } from 'zod';
import { SpillwayError } from '../protocol/errors.ts';

/** As much of anybody's classic dashboard as is needed to run and judge it; the rest is passed over. */

const DataSource = z.union([
  z.string(),
  z.looseObject({ type: z.string().optional(), uid: z.string().nullish() }),
]);

const Target = z.looseObject({
  refId: z.string().default('A'),
  rawSql: z.string().default(''),
  format: z.number().optional(),
  hide: z.boolean().optional(),
  datasource: DataSource.nullish(),
});

const PanelFile = z.looseObject({
  id: z.number().nullish(),
  type: z.string(),
  title: z.string().default(''),
  description: z.string().default(''),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }).optional(),
  datasource: DataSource.nullish(),
  targets: z.array(Target).default([]),
  interval: z.string().nullish(),
  maxDataPoints: z.number().nullish(),
  fieldConfig: z
    .looseObject({
      defaults: z.looseObject({ unit: z.string().optional(), noValue: z.string().optional() }).default({}),
      overrides: z.array(z.unknown()).default([]),
    })
    .default({ defaults: {}, overrides: [] }),
  options: z.record(z.string(), z.unknown()).default({}),
  get panels() {
    return z.array(PanelFile).optional();
  },
});

const VariableFile = z.looseObject({
  name: z.string(),
  type: z.string(),
  /** SQL of a query, options of a choice, value of a constant. */
  query: z
    .union([z.string(), z.looseObject({ rawSql: z.string().default('') }).transform(({ rawSql }) => rawSql)])
    .default(''),
  datasource: DataSource.nullish(),
  current: z.looseObject({ value: z.unknown().optional() }).nullish(),
  multi: z.boolean().optional(),
  includeAll: z.boolean().optional(),
  allValue: z.string().nullish(),
});

const AnnotationFile = z.looseObject({
  name: z.string(),
  enable: z.boolean().default(true),
  builtIn: z.number().optional(),
  rawQuery: z.string().optional(),
  target: Target.optional(),
  datasource: DataSource.nullish(),
});

const BoardFile = z.looseObject({
  uid: z.string().nullish(),
  title: z.string(),
  timezone: z.string().optional(),
  schemaVersion: z.number().optional(),
  time: z.object({ from: z.string(), to: z.string() }).optional(),
  templating: z.object({ list: z.array(VariableFile).default([]) }).default({ list: [] }),
  annotations: z.object({ list: z.array(AnnotationFile).default([]) }).default({ list: [] }),
  panels: z.array(PanelFile).default([]),
});

export type BoardPanel = z.infer<typeof PanelFile>;
export type BoardTarget = z.infer<typeof Target>;
export type BoardVariable = z.infer<typeof VariableFile>;
export type BoardAnnotation = z.infer<typeof AnnotationFile>;
export type BoardDataSource = z.infer<typeof DataSource>;

/** A board, its rows opened up. */
export interface Board {
  readonly title: string;
  readonly uid: string | undefined;
  readonly timezone: string | undefined;
  readonly time: { readonly from: string; readonly to: string } | undefined;
  readonly panels: readonly BoardPanel[];
  readonly variables: readonly BoardVariable[];
  readonly annotations: readonly BoardAnnotation[];
  /** As it stands in the file, taken out of its wrapper. */
  readonly json: Readonly<Record<string, unknown>>;
}

/**
 * Reads classic dashboard JSON, as exported, provisioned, or wrapped as the HTTP API gives it (`{"dashboard": …}`).
 * @throws SpillwayError BOARD_INVALID
 */
export function readBoard(text: string): Board {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SpillwayError('BOARD_INVALID', cause instanceof Error ? cause.message : 'not JSON', {
      cause,
    });
  }
  const inner = unwrapped(json);
  if (typeof inner === 'object' && inner !== null && 'elements' in inner)
    throw new SpillwayError('BOARD_INVALID', 'a dashboard of schema V2; export it as classic JSON');
  const parsed = BoardFile.safeParse(inner);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SpillwayError(
      'BOARD_INVALID',
      `not a classic dashboard: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    );
  }
  const { title, uid, timezone, time, panels, templating, annotations } = parsed.data;
  return {
    title,
    uid: uid ?? undefined,
    timezone,
    time,
    panels: panels.flatMap(panel => (panel.type === 'row' ? [panel, ...(panel.panels ?? [])] : [panel])),
    variables: templating.list,
    annotations: annotations.list.filter(({ builtIn }) => builtIn !== 1),
    json: inner as Record<string, unknown>,
  };
}

/** `{"dashboard": …}` of the HTTP API, `{"spec": …}` of a resource, or the board itself. */
function unwrapped(json: unknown): unknown {
  const wrapper = z
    .object({ dashboard: z.unknown().optional(), spec: z.unknown().optional() })
    .safeParse(json);
  return wrapper.data?.dashboard ?? wrapper.data?.spec ?? json;
}
