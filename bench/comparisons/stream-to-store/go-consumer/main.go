// The program that one would write with the clients for Go: fetch a batch, insert it, acknowledge it.
// Arguments: address of NATS, stream, durable, address of ClickHouse, database, table, number of messages.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

type event struct {
	ID      string  `json:"id"`
	Time    int64   `json:"time"`
	Device  string  `json:"device"`
	Status  int32   `json:"status"`
	Value   float64 `json:"value"`
	Units   string  `json:"units"`
	Trigger string  `json:"trigger"`
	Text    string  `json:"text"`
}

const batchSize = 1024

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ctx := context.Background()
	natsURL, stream, durable, address, database, table := args[0], args[1], args[2], args[3], args[4], args[5]
	total, err := strconv.Atoi(args[6])
	if err != nil {
		return err
	}
	nc, err := nats.Connect(natsURL)
	if err != nil {
		return err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	consumer, err := js.CreateOrUpdateConsumer(ctx, stream, jetstream.ConsumerConfig{
		Durable: durable, AckPolicy: jetstream.AckAllPolicy, MaxAckPending: 4 * batchSize,
	})
	if err != nil {
		return err
	}
	store, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{address}, Protocol: clickhouse.HTTP, Auth: clickhouse.Auth{Database: database, Username: "spillway"},
	})
	if err != nil {
		return err
	}
	defer store.Close()
	for done := 0; done < total; {
		fetched, err := consumer.Fetch(batchSize, jetstream.FetchMaxWait(5*time.Second))
		if err != nil {
			return err
		}
		n, err := insert(ctx, store, database, table, fetched)
		if err != nil {
			return err
		}
		done += n
	}
	return nil
}

func insert(ctx context.Context, store clickhouse.Conn, database, table string, fetched jetstream.MessageBatch) (int, error) {
	var events []event
	var last jetstream.Msg
	var first, through uint64
	for message := range fetched.Messages() {
		var one event
		if err := json.Unmarshal(message.Data(), &one); err != nil {
			return 0, err
		}
		events = append(events, one)
		meta, err := message.Metadata()
		if err != nil {
			return 0, err
		}
		if last == nil {
			first = meta.Sequence.Stream
		}
		last, through = message, meta.Sequence.Stream
	}
	if last == nil {
		return 0, fetched.Error()
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"async_insert": 0, "insert_deduplication_token": fmt.Sprintf("%s:%d-%d", table, first, through),
	}))
	batch, err := store.PrepareBatch(ctx, fmt.Sprintf("INSERT INTO %s.%s", database, table))
	if err != nil {
		return 0, err
	}
	for _, e := range events {
		if err := batch.Append(e.ID, time.UnixMicro(e.Time), e.Device, e.Status, e.Value, e.Units, e.Trigger, e.Text); err != nil {
			return 0, err
		}
	}
	if err := batch.Send(); err != nil {
		return 0, err
	}
	return len(events), last.DoubleAck(context.Background())
}
