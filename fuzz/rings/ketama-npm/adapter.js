// ketama of npm: its class HashRing with its default, SHA-1. A node of weight 1 has 50 points: the first four bytes of the
// SHA-1 of the name, a zero byte and i, i from 50 down to 1, as a signed big-endian number. The adapter adds 2^31, which keeps
// the order. A key belongs to the first point at or after it.
'use strict'
const { createHash } = require('crypto')
const { HashRing } = require('ketama')
const { serve, text } = require('../protocol.js')

const hash = (data) => createHash('sha1').update(data).digest().readInt32BE() + 2 ** 31

class Ring {
  constructor() { this.ring = new HashRing() }
  add(name, replicas) { this.ring.addNode(text(name), replicas) }
  remove(name) { this.ring.removeNode(text(name)) }
  find(key) { return this.ring.getNode(key) }
  findN(key, n) { return this.ring.getNodes(key, n) }
}

serve('placement=own successor=at-or-after points-per-replica=50 position-bits=32 names=utf-8 removing-absent=ignores ' +
      'finding-in-empty=ignores empty-key=accepts calls=find-n name=ketama-npm', Ring, {
  point: (name, index) => hash(Buffer.concat([name, Buffer.from(`\0${index + 1}`)])),
  position: hash
})
