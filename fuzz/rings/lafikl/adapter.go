// lafikl/consistent, without loads.
//
// A node has ten points: the first eight bytes, little-endian, of the BLAKE2b-512 of "NODEi", i from 0 to 9. A key belongs to
// the first point at or after its hash.
package main

import (
	"encoding/binary"
	"strconv"

	"github.com/lafikl/consistent"
	"golang.org/x/crypto/blake2b"
)

type ring struct {
	nodes *consistent.Consistent
}

func (r *ring) Add(name string, _ int) error {
	r.nodes.Add(name)
	return nil
}

func (r *ring) Remove(name string) error {
	r.nodes.Remove(name)
	return nil
}

func (r *ring) Find(key string) (string, bool, error) {
	node, err := r.nodes.Get(key)
	return node, true, err
}

func position(key string) uint64 {
	digest := blake2b.Sum512([]byte(key))
	return binary.LittleEndian.Uint64(digest[:8])
}

func main() {
	Serve("placement=own successor=at-or-after replicas=fixed points-per-replica=10 adding-twice=ignores finding-in-empty=fails "+
		"empty-key=accepts name=lafikl",
		func() Ring { return &ring{consistent.New()} },
		Placement{func(name string, index int) uint64 { return position(name + strconv.Itoa(index)) }, position})
}
