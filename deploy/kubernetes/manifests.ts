import { stringify } from 'yaml';
import { disruptionBudget, networkPolicy, service } from './around.ts';
import { PLACEMENTS } from './table.ts';
import { workload } from './workload.ts';

const HEAD = '# Made by `npm run kubernetes` from deploy/kubernetes/table.ts; change that.\n';

const documents = (objects: readonly (object | undefined)[]): string =>
  HEAD +
  objects
    .filter(object => object !== undefined)
    .map(object => stringify(object, { aliasDuplicateObjects: false, lineWidth: 0 }))
    .join('---\n');

/** Text of every file of `base/`, by name. */
export function manifests(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [actor, placement] of Object.entries(PLACEMENTS))
    files.set(
      `${actor}.yaml`,
      documents([
        workload(actor, placement),
        service(actor, placement),
        disruptionBudget(actor),
        networkPolicy(actor, placement),
      ]),
    );
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: Object.keys(PLACEMENTS).map(actor => `${actor}.yaml`),
  };
  files.set('kustomization.yaml', documents([kustomization]));
  return files;
}
