import { METRICS_PORT, type Peer, type Placement } from './table.ts';
import { labelsOf } from './workload.ts';

/** Who may be taken away by those who drain a node: one at a time. */
export const disruptionBudget = (actor: string): object => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: actor, labels: labelsOf(actor) },
  spec: { maxUnavailable: 1, selector: { matchLabels: labelsOf(actor) } },
});

/** Where others find an actor that listens; whoever is not ready is not called. */
export function service(actor: string, { listens, kind }: Placement): object | undefined {
  if (!listens) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: actor, labels: labelsOf(actor) },
    spec: {
      selector: labelsOf(actor),
      ports: [{ name: listens.name, port: listens.port, targetPort: listens.name }],
      // A session of the gateway is in the memory of one of them.
      ...(kind === 'shared' ? { sessionAffinity: 'ClientIP' } : {}),
    },
  };
}

const tcp = (port: number) => ({ protocol: 'TCP', port });
const podsOf = (matchLabels: object) => ({ podSelector: { matchLabels } });
const anyNamespace = (matchLabels: object) => ({ namespaceSelector: {}, podSelector: { matchLabels } });

/** What every actor needs: names, and NATS. Labels are those of NATS' own chart. */
const NAMES = {
  to: [anyNamespace({ 'k8s-app': 'kube-dns' })],
  ports: [{ protocol: 'UDP', port: 53 }, tcp(53)],
};
const NATS = { to: [podsOf({ 'app.kubernetes.io/name': 'nats' })], ports: [tcp(4222)] };

const CALLS: Readonly<Record<Peer, object>> = {
  // Label of the ClickHouse operator.
  clickhouse: {
    to: [podsOf({ 'clickhouse.altinity.com/chi': 'spillway' })],
    ports: [tcp(8123), tcp(8443)],
  },
  rotorooter: { to: [podsOf(labelsOf('rotorooter'))], ports: [tcp(9013)] },
  // Wherever that is, it is not within the cluster.
  world: { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.96.0.0/12', '169.254.0.0/16'] } }] },
};

/** Nobody calls an actor, and it calls nobody, but for what it is for. */
export function networkPolicy(actor: string, { listens, calls = [] }: Placement): object {
  const callers = listens?.from === 'anywhere' ? {} : { from: [podsOf(labelsOf('rotorooter-feed'))] };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: actor, labels: labelsOf(actor) },
    spec: {
      podSelector: { matchLabels: labelsOf(actor) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [anyNamespace({ 'app.kubernetes.io/name': 'prometheus' })], ports: [tcp(METRICS_PORT)] },
        ...(listens ? [{ ...callers, ports: [tcp(listens.port)] }] : []),
      ],
      egress: [NAMES, NATS, ...calls.map(peer => CALLS[peer])],
    },
  };
}
