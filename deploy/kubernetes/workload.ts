import { ACCOUNTS, IMAGE, METRICS_PORT, type Placement, USER } from './table.ts';

export const labelsOf = (actor: string) => ({
  'app.kubernetes.io/name': 'spillway',
  'app.kubernetes.io/component': actor,
});

/** Longer than `drain` of the configuration, within which an actor finishes what is in hand. */
const GRACE_SECONDS = 30;

/** Deployment of an actor, or StatefulSet where it has a disk. */
export function workload(actor: string, placement: Placement): object {
  const { disk, kind } = placement;
  const labels = labelsOf(actor);
  const template = { metadata: { labels }, spec: pod(actor, placement) };
  const common = { replicas: 1, selector: { matchLabels: labels }, template };
  const metadata = { name: actor, labels };
  if (disk !== undefined)
    return {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata,
      spec: {
        serviceName: actor,
        ...common,
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOncePod'], resources: { requests: { storage: disk } } },
          },
        ],
      },
    };
  const strategy =
    kind === 'single'
      ? { type: 'Recreate' }
      : { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { ...common, strategy } };
}

function pod(actor: string, placement: Placement): object {
  const { disk, files = {} } = placement;
  const secrets = Object.entries(files).map(([path, secret]) => ({ path, secret }));
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container(actor, placement)],
    volumes: [
      { name: 'configuration', configMap: { name: 'spillway' } },
      { name: 'nats', secret: { secretName: `spillway-nats-${actor}`, defaultMode: 0o440 } },
      { name: 'scratch', emptyDir: { sizeLimit: '64Mi' } },
      ...(disk === undefined ? [{ name: 'data', emptyDir: { sizeLimit: '64Mi' } }] : []),
      ...secrets.map(({ secret }) => ({ name: secret, secret: { secretName: secret, defaultMode: 0o440 } })),
    ],
  };
}

function container(actor: string, { memory, cpu, listens, files = {}, account }: Placement): object {
  const [request, limit] = memory;
  const probe = (path: string) => ({ httpGet: { path, port: 'metrics' } });
  return {
    name: actor,
    image: IMAGE,
    args: ['run', actor, '--config', '/etc/spillway/spillway.yaml', '--metrics', `0.0.0.0:${METRICS_PORT}`],
    env: [
      ...Object.entries(ACCOUNTS).map(([of, name]) =>
        of === account
          ? { name, valueFrom: { secretKeyRef: { name: 'spillway-store', key: of } } }
          : // The configuration is the same for all and names it; whoever does not speak to the store is not told.
            { name, value: 'not-given' },
      ),
      { name: 'NODE_OPTIONS', value: '--max-old-space-size-percentage=70' },
    ],
    ports: [
      { name: 'metrics', containerPort: METRICS_PORT },
      ...(listens ? [{ name: listens.name, containerPort: listens.port }] : []),
    ],
    // It may wait for NATS as long as it likes, and is alive. An event loop that does not answer for a minute is not.
    startupProbe: { ...probe('/healthz'), periodSeconds: 2, failureThreshold: 30 },
    livenessProbe: { ...probe('/healthz'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    readinessProbe: { ...probe('/readyz'), periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 3 },
    resources: {
      requests: { cpu, memory: request, 'ephemeral-storage': '64Mi' },
      limits: { memory: limit, 'ephemeral-storage': '256Mi' },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'configuration', mountPath: '/etc/spillway', readOnly: true },
      { name: 'nats', mountPath: '/run/secrets/nats', readOnly: true },
      { name: 'scratch', mountPath: '/tmp' },
      { name: 'data', mountPath: '/data' },
      ...Object.entries(files).map(([mountPath, name]) => ({ name, mountPath, readOnly: true })),
    ],
  };
}
