// consistent-hashing of npm: its class ConsistentHashing. A node has points at the MD5 of "NODE:i"; as many as the option
// `replicas` says. A key belongs to the last point at or before its MD5. The adapter cuts them to 64 bits, which changes no
// order unless two MD5 have the first eight bytes in common, and turns the circle round: the first at or after it.
'use strict'
const { createHash } = require('crypto')
const ConsistentHashing = require('consistent-hashing')
const { serve, text } = require('../protocol.js')

const position = (key) => 2n ** 64n - 1n - createHash('md5').update(key).digest().readBigUInt64BE()

class Ring {
  add(name, replicas) {
    this.ring = this.ring || new ConsistentHashing([], { replicas })
    this.ring.addNode(text(name))
  }
  remove(name) { this.ring.removeNode(text(name)) }
  find(key) { return this.ring && (this.ring.getNode(text(key)) || null) }
}

serve('placement=own successor=at-or-after replicas=one-number names=utf-8 keys=utf-8 empty-key=accepts name=consistent-hashing', Ring,
      { point: (name, index) => position(Buffer.concat([name, Buffer.from(`:${index}`)])), position })
