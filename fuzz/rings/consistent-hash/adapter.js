// consistent-hash of npm: its class ConsistentHash. By default it draws points at random. Here it is given them, as its method
// add allows: 24 bits of a SHA-1, times 32, on a ring of 2^29 positions.
//
// A key lies where its hash is, times 32. Its hash starts at 0. For each UTF-16 unit it is shifted left by four bits, the unit
// is added, and what is above 24 bits is moved down by 24 and XORed. A key belongs to the first point at or after it.
'use strict'
const { createHash } = require('crypto')
const ConsistentHash = require('consistent-hash')
const { serve, text } = require('../protocol.js')

const BITS = 24

const point = (name, index) => createHash('sha1').update(name).update(`#${index}`).digest().readUIntBE(0, BITS / 8) << 5

function position(key) {
  const units = text(key)
  let hash = 0
  for (let i = 0; i < units.length; i++) {
    const sum = (hash << 4) + units.charCodeAt(i)
    hash = (sum & ((1 << BITS) - 1)) ^ (sum >>> BITS)
  }
  return hash << 5
}

class Ring {
  constructor() { this.ring = new ConsistentHash({ range: 1 << (BITS + 5) }) }
  add(name, replicas) { this.ring.add(text(name), replicas, Array.from({ length: replicas }, (_, i) => point(name, i))) }
  remove(name) { this.ring.remove(text(name)) }
  find(key) { return this.ring.get(text(key)) }
  findN(key, n) { return (n && this.ring.get(text(key), n)) || [] }
}

serve('placement=own successor=at-or-after position-bits=29 names=utf-8 keys=utf-8 finding-in-empty=ignores empty-key=accepts ' +
      'calls=find-n name=consistent-hash', Ring, { point, position })
