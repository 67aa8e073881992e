// Dials a node with go-libp2p, identifies and pings it: go run . MULTIADDR.
// Prints one JSON object.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	quic "github.com/libp2p/go-libp2p/p2p/transport/quic"
)

func run(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	host, err := libp2p.New(libp2p.NoListenAddrs, libp2p.Transport(quic.NewTransport))
	if err != nil {
		return err
	}
	defer host.Close()
	info, err := peer.AddrInfoFromString(address)
	if err != nil {
		return err
	}
	// Connect returns once the other side is identified.
	if err := host.Connect(ctx, *info); err != nil {
		return err
	}
	pong := <-ping.Ping(ctx, host, info.ID)
	if pong.Error != nil {
		return pong.Error
	}
	protocols, err := host.Peerstore().GetProtocols(info.ID)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"peer":      info.ID.String(),
		"protocols": protocols,
		"pingMs":    float64(pong.RTT.Microseconds()) / 1000,
	})
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
