// The process protocol of ringproof (fuzz/README.md, "A ring in another process"), for adapters in Go.
//
// An adapter has a type for a ring with Add and Find, and those of Remove, FindN and AddMany that the ring can do.
//
// A panic ends the process, as it would end the program that uses the ring: a finding.
//
// Answers are written when there is no further statement to read, so that many are on their way at once.
package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
)

// Ring is what every adapter has. An error is the ring's.
type Ring interface {
	Add(name string, replicas int) error
	Find(key string) (node string, found bool, err error)
}

// Remover is a ring from which nodes can be removed.
type Remover interface {
	Remove(name string) error
}

// NFinder is a ring that finds several nodes for a key.
type NFinder interface {
	FindN(key string, n int) ([]string, error)
}

// Placement is the ring's rule, for placement=own.
type Placement struct {
	Point    func(name string, index int) uint64
	Position func(key string) uint64
}

func unquote(word string) string {
	word = word[1 : len(word)-1]
	if !strings.Contains(word, `\`) {
		return word
	}
	text, err := strconv.Unquote(`"` + word + `"`)
	if err != nil {
		panic(err)
	}
	return text
}

func quote(name string) string {
	var text strings.Builder
	text.WriteByte('"')
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '-' && c <= ':' || c == '_' {
			text.WriteByte(c)
		} else {
			fmt.Fprintf(&text, `\x%02x`, c)
		}
	}
	text.WriteByte('"')
	return text.String()
}

// The largest int for what is larger.
func number(word string) int {
	value, err := strconv.ParseUint(word, 10, 64)
	if err != nil {
		panic(err)
	}
	return int(min(value, math.MaxInt))
}

func outcome(err error) string {
	if err != nil {
		return "error"
	}
	return "ok"
}

// 16 rings, and which of them is in use.
type session struct {
	create    func() Ring
	placement Placement
	rings     [16]Ring
	used      int
}

func (s *session) answer(words []string) string {
	ring := s.rings[s.used]
	switch words[0] {
	case "find":
		node, found, err := ring.Find(unquote(words[1]))
		if err != nil {
			return "error"
		} else if !found {
			return "none"
		}
		return quote(node)
	case "position":
		return strconv.FormatUint(s.placement.Position(unquote(words[1])), 10)
	case "point":
		return strconv.FormatUint(s.placement.Point(unquote(words[1]), number(words[2])), 10)
	case "find-n":
		finder, can := ring.(NFinder)
		if !can {
			break
		}
		nodes, err := finder.FindN(unquote(words[1]), number(words[2]))
		if err != nil {
			return "error"
		} else if len(nodes) == 0 {
			return "none"
		}
		quoted := make([]string, len(nodes))
		for i, node := range nodes {
			quoted[i] = quote(node)
		}
		return strings.Join(quoted, " ")
	case "add":
		return outcome(ring.Add(unquote(words[1]), number(words[2])))
	case "remove":
		if remover, can := ring.(Remover); can {
			return outcome(remover.Remove(unquote(words[1])))
		}
	case "ring":
		s.rings[s.used] = s.create()
		return "ok"
	case "destroy":
		s.rings[s.used] = nil
		return "ok"
	case "use":
		s.used = number(words[1])
		return "ok"
	}
	return "cannot unknown statement"
}

// Serve answers statements until standard input ends.
func Serve(declarations string, create func() Ring, placement Placement) {
	session := &session{create: create, placement: placement}
	input, output := bufio.NewReaderSize(os.Stdin, 1<<16), bufio.NewWriterSize(os.Stdout, 1<<16)
	fmt.Fprintf(output, "ringproof 1 %s\n", declarations)
	for {
		if input.Buffered() == 0 {
			output.Flush()
		}
		line, err := input.ReadString('\n')
		if err != nil {
			break
		}
		if words := strings.Fields(line); len(words) > 0 {
			output.WriteString(session.answer(words) + "\n")
		}
	}
	output.Flush()
}
