/** A process of one event intake, to be killed: `node mortal-intake.ts URL SECTION`, the section of the configuration in JSON. */
import { eventIntake } from '../../../actors/event-intake/actor.ts';
import { EventIntakeConfig } from '../../../actors/event-intake/config.ts';
import { jetStreamEventStore } from '../../../runtime/event-store/jetstream/store.ts';
import { runActor } from '../../../runtime/host/host.ts';
import { hostOptions } from '../../helpers/host-options.ts';
import { openTestNats } from '../../helpers/streams.ts';

const [url = '', section = ''] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
await using nats = await openTestNats(url);
const eventStore = jetStreamEventStore(nats.connection, { name: 'events', maxBytes: 1024 ** 3, replicas: 1 });
const options = hostOptions(nats, stop.signal, { instance: `intake-${process.pid}`, eventStore });
await runActor(eventIntake, EventIntakeConfig.parse(JSON.parse(section)), options);
