// buraksezer/consistent: bounded loads, with FNV-1a of 64 bits as the hash function that it is given. Keys go to 271 partitions,
// which a change deals out again: each node gets a quarter more than the average at most.
package main

import (
	"hash/fnv"

	"github.com/buraksezer/consistent"
)

type member string

func (m member) String() string {
	return string(m)
}

type hasher struct{}

func (hasher) Sum64(data []byte) uint64 {
	sum := fnv.New64a()
	sum.Write(data)
	return sum.Sum64()
}

type ring struct {
	nodes *consistent.Consistent
}

func (r *ring) Add(name string, _ int) error {
	r.nodes.Add(member(name))
	return nil
}

func (r *ring) Remove(name string) error {
	r.nodes.Remove(name)
	return nil
}

func (r *ring) Find(key string) (string, bool, error) {
	node := r.nodes.LocateKey([]byte(key))
	if node == nil {
		return "", false, nil
	}
	return node.String(), true, nil
}

// It refuses an n that is more than the number of nodes.
func (r *ring) FindN(key string, n int) ([]string, error) {
	nodes, err := r.nodes.GetClosestN([]byte(key), min(n, len(r.nodes.GetMembers())))
	names := make([]string, len(nodes))
	for i, node := range nodes {
		names[i] = node.String()
	}
	return names, err
}

func main() {
	Serve("placement=opaque replicas=fixed adding-twice=ignores removing-absent=ignores empty-key=accepts calls=find-n name=buraksezer",
		func() Ring { return &ring{consistent.New(nil, consistent.Config{Hasher: hasher{}})} }, Placement{})
}
