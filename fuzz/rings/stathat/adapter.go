// stathat/consistent with its default hash, CRC-32.
//
// A node has points at the CRC-32 of "iNODE", i from 0; how many, NumberOfReplicas says. Of equal points the one that came last
// counts. A key belongs to the first point after its CRC-32.
package main

import (
	"hash/crc32"
	"strconv"

	"stathat.com/c/consistent"
)

type ring struct {
	nodes *consistent.Consistent
}

func (r *ring) Add(name string, replicas int) error {
	if len(r.nodes.Members()) == 0 {
		r.nodes.NumberOfReplicas = replicas
	}
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

func (r *ring) FindN(key string, n int) ([]string, error) {
	return r.nodes.GetN(key, n)
}

func position(key string) uint64 {
	return uint64(crc32.ChecksumIEEE([]byte(key)))
}

func main() {
	Serve("placement=own successor=after ties=last-wins replicas=one-number position-bits=32 finding-in-empty=fails empty-key=accepts "+
		"rebuilds=yes calls=find-n name=stathat",
		func() Ring { return &ring{consistent.New()} },
		Placement{func(name string, index int) uint64 { return position(strconv.Itoa(index) + name) }, position})
}
