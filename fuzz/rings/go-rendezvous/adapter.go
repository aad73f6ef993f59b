// dgryski/go-rendezvous: rendezvous hashing, with FNV-1a of 64 bits as the hash function that it is given.
package main

import (
	"hash/fnv"

	"github.com/dgryski/go-rendezvous"
)

func hash(text string) uint64 {
	sum := fnv.New64a()
	sum.Write([]byte(text))
	return sum.Sum64()
}

type ring struct {
	nodes *rendezvous.Rendezvous
}

func (r *ring) Add(name string, _ int) error {
	r.nodes.Add(name)
	return nil
}

func (r *ring) Remove(name string) error {
	r.nodes.Remove(name)
	return nil
}

// An empty ring finds the empty name.
func (r *ring) Find(key string) (string, bool, error) {
	node := r.nodes.Lookup(key)
	return node, node != "", nil
}

func main() {
	Serve("placement=opaque replicas=fixed empty-key=accepts name=go-rendezvous",
		func() Ring { return &ring{rendezvous.New(nil, hash)} }, Placement{})
}
