// node-hashring of npm: its class HashRing. A node has points at the MurmurHash3 (32 bits, seed 4095) of "NODE.i". A key
// belongs to the last point at or before its hash. The adapter turns the circle round, so that it is the first at or after it.
'use strict'
const HashRing = require('node-hashring')
const { serve, text } = require('../protocol.js')

function murmur3(data, seed) {
  const mixed = (k) => {
    k = Math.imul(k, 0xcc9e2d51)
    return Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  }
  let hash = seed
  const whole = data.length & ~3
  for (let i = 0; i < whole; i += 4) {
    hash ^= mixed(data.readInt32LE(i))
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  if (data.length > whole) hash ^= mixed(data.readUIntLE(whole, data.length - whole))
  hash ^= data.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

const position = (key) => 2 ** 32 - 1 - murmur3(key, 0xfff)

class Ring {
  constructor() { this.ring = new HashRing([]) }
  add(name) { this.ring.addNode(text(name)) }
  remove(name) { this.ring.removeNode(text(name)) }
  find(key) { return this.ring.findNode(text(key)) }
}

serve('placement=own successor=at-or-after replicas=fixed points-per-replica=80 position-bits=32 names=printable keys=printable ' +
      'adding-twice=fails removing-absent=fails empty-key=accepts name=node-hashring', Ring,
      { point: (name, index) => position(Buffer.from(`${name}.${index}`)), position })
