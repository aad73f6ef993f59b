// hashring of npm: its class HashRing with its defaults. A server has 40 vnodes, as the README says: the MD5 of "SERVER-i", i
// from 0 to 39, gives four points, the little-endian words. A key lies at the first word of its MD5, and belongs to the first
// point at or after it.
'use strict'
const { createHash } = require('crypto')
const HashRing = require('hashring')
const { serve, text } = require('../protocol.js')

const word = (data, index) => createHash('md5').update(data).digest().readUInt32LE(4 * index)

class Ring {
  constructor() { this.ring = new HashRing() }
  add(name) { this.addMany([[name]]) }
  addMany(nodes) { this.ring.add(nodes.map(([name]) => text(name))) }
  remove(name) { this.ring.remove(text(name)) }
  find(key) { return this.ring.get(text(key)) }
  findN(key, n) { return this.ring.range(text(key), n).slice(0, n) }
}

serve('placement=own successor=at-or-after replicas=fixed points-per-replica=160 position-bits=32 names=utf-8 keys=utf-8 ' +
      'empty-key=accepts rebuilds=yes calls=add-many,find-n name=hashring-npm', Ring, {
  point: (name, index) => word(Buffer.concat([name, Buffer.from(`-${index >> 2}`)]), index & 3),
  position: (key) => word(key, 0)
})
