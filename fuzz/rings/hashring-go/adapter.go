// serialx/hashring: a Go port of hash_ring, with its default hash, MD5. A change returns another ring.
//
// A node of weight w has points at the MD5 of "NODE-i", i from 0 to w - 1. They are ordered by the first eight bytes as a
// signed little-endian number, and then by the others, which are left out here: no two MD5 that occur have the first eight in
// common. The adapter adds 2^63, which keeps the order. A key belongs to the first point after its MD5.
package main

import (
	"crypto/md5"
	"encoding/binary"
	"errors"
	"strconv"

	"github.com/serialx/hashring"
)

type ring struct {
	ring *hashring.HashRing
}

func (r *ring) Add(name string, replicas int) error {
	r.ring = r.ring.AddWeightedNode(name, replicas)
	return nil
}

func (r *ring) Remove(name string) error {
	r.ring = r.ring.RemoveNode(name)
	return nil
}

func (r *ring) Find(key string) (string, bool, error) {
	node, found := r.ring.GetNode(key)
	return node, found, nil
}

// GetNodes refuses an n that is more than the number of nodes.
func (r *ring) FindN(key string, n int) ([]string, error) {
	if r.ring.Size() == 0 {
		return nil, nil
	}
	nodes, found := r.ring.GetNodes(key, min(n, r.ring.Size()))
	if !found {
		return nil, errors.New("GetNodes did not find them")
	}
	return nodes, nil
}

func position(key string) uint64 {
	digest := md5.Sum([]byte(key))
	return binary.LittleEndian.Uint64(digest[:8]) + 1<<63
}

func main() {
	Serve("placement=own successor=after adding-twice=ignores removing-absent=ignores finding-in-empty=ignores empty-key=accepts "+
		"rebuilds=yes calls=find-n name=hashring-go",
		func() Ring { return &ring{hashring.New(nil)} },
		Placement{func(name string, index int) uint64 { return position(name + "-" + strconv.Itoa(index)) }, position})
}
