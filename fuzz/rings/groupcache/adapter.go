// groupcache's consistenthash with its default hash, CRC-32. A ring can only grow.
//
// A node has points at the CRC-32 of "iNODE", i from 0; how many, New is told. Of equal points the one that came last counts. A
// key belongs to the first point at or after its CRC-32.
package main

import (
	"hash/crc32"
	"strconv"

	"github.com/golang/groupcache/consistenthash"
)

type ring struct {
	nodes *consistenthash.Map
}

func (r *ring) Add(name string, replicas int) error {
	if r.nodes == nil {
		r.nodes = consistenthash.New(replicas, nil)
	}
	r.nodes.Add(name)
	return nil
}

func (r *ring) Find(key string) (string, bool, error) {
	if r.nodes == nil || r.nodes.IsEmpty() {
		return "", false, nil
	}
	return r.nodes.Get(key), true, nil
}

func position(key string) uint64 {
	return uint64(crc32.ChecksumIEEE([]byte(key)))
}

func main() {
	Serve("placement=own successor=at-or-after ties=last-wins replicas=one-number position-bits=32 empty-key=accepts calls=no-remove name=groupcache",
		func() Ring { return &ring{} },
		Placement{func(name string, index int) uint64 { return position(strconv.Itoa(index) + name) }, position})
}
