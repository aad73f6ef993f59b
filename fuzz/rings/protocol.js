// The process protocol of ringproof (fuzz/README.md, "A ring in another process"), for adapters in JavaScript.
//
// An adapter has a class for a ring. Its methods take names and keys as Buffers, and it has those that the ring can do:
//
//   add(name, replicas)
//   addMany(nodes)       nodes: an array of [name, replicas]. Without it, an add-many is several adds
//   remove(name)
//   find(key)            a name, or null or undefined
//   findN(key, n)        an array of names
//   list()               the points in ring order, as [position, name]
//
// Any exception that a method throws is the ring's error, except Cannot. A name is text or a Buffer. A position is a number
// or a BigInt.
//
// Answers are written when there is no further statement to read, so that many are on their way at once.
'use strict'

class Cannot extends Error {}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

// A name or key as text, for rings that want text.
function text(bytes) {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new Cannot('name text that is not UTF-8')
  }
}

const byte = (hexadecimal) => String.fromCharCode(parseInt(hexadecimal, 16))
const unquote = (word) => Buffer.from(word.slice(1, -1).replace(/\\x(..)/g, (_, digits) => byte(digits)), 'latin1')
const escaped = (character) => '\\x' + character.charCodeAt(0).toString(16).padStart(2, '0')
const quote = (name) => `"${Buffer.from(name).toString('latin1').replace(/[^A-Za-z0-9._:/-]/g, escaped)}"`

// What the process knows: 16 rings, and which of them is in use.
class Session {
  constructor(Ring, { point, position } = {}) {
    Object.assign(this, { Ring, point, position, rings: [], used: 0 })
  }

  answer([statement, ...words]) {
    const ring = this.rings[this.used]
    switch (statement) {
      case 'find': {
        const node = ring.find(unquote(words[0]))
        return node === null || node === undefined ? 'none' : quote(node)
      }
      case 'position':
        return String(this.position(unquote(words[0])))
      case 'point':
        return String(this.point(unquote(words[0]), Number(words[1])))
      case 'find-n':
        return ring.findN(unquote(words[0]), Number(words[1])).map(quote).join(' ') || 'none'
      case 'add':
        ring.add(unquote(words[0]), Number(words[1]))
        return 'ok'
      case 'remove':
        ring.remove(unquote(words[0]))
        return 'ok'
      case 'add-many': {
        const nodes = []
        for (let i = 0; i < words.length; i += 2) nodes.push([unquote(words[i]), Number(words[i + 1])])
        if (ring.addMany) ring.addMany(nodes)
        else nodes.forEach(([name, replicas]) => ring.add(name, replicas))
        return 'ok'
      }
      case 'list':
        return ring.list().map(([position, name]) => `${position} ${quote(name)}`).join(' ') || 'none'
      case 'ring':
        this.rings[this.used] = new this.Ring()
        return 'ok'
      case 'destroy':
        this.rings[this.used] = undefined
        return 'ok'
      case 'use':
        this.used = Number(words[0])
        return 'ok'
      default:
        throw new Cannot('unknown statement')
    }
  }

  // The answer to a line, also if the ring throws an exception.
  judge(line) {
    try {
      return this.answer(line.split(' ').filter(Boolean))
    } catch (error) {
      if (error instanceof Cannot) return `cannot ${error.message}`
      if (process.stdin.isTTY) console.error(error)
      return 'error'
    }
  }
}

// Answers statements until standard input ends. `Ring` is the class; point and position as the placement needs.
function serve(declarations, Ring, placement) {
  const session = new Session(Ring, placement)
  process.stdout.write(`ringproof 1 ${declarations}\n`)
  let rest = ''
  process.stdin.setEncoding('latin1')
  process.stdin.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()
    if (lines.length) process.stdout.write(lines.map((line) => session.judge(line) + '\n').join(''))
  })
}

module.exports = { serve, text, Cannot }
