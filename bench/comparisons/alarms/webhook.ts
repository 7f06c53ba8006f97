import { startReceiver } from '../../../fixtures/receiver/receiver.ts';

/** Body of a webhook of Alertmanager, version 4, which is also ours. */
interface Payload {
  readonly alerts?: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];
}

export interface Webhook extends AsyncDisposable {
  readonly url: string;
}

/**
 * Tells of every alarm that begins.
 * @param label the label that names the device
 */
export async function webhook(
  label: string,
  onFiring: (named: string, at: number) => void,
): Promise<Webhook> {
  const receiver = await startReceiver({
    host: '127.0.0.1',
    port: 0,
    clock: Date.now,
    onReceived: ({ payload, receivedAt }) => {
      for (const { status, labels } of (payload as Payload).alerts ?? [])
        if (status === 'firing') onFiring(labels[label] ?? '', receivedAt);
    },
  });
  return {
    url: `${receiver.url}/alerts`,
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  };
}
