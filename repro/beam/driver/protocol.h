/* WIRE FORMAT: what an Erlang process sends to a port of the driver, and what the port answers. This
 * header is the specification; command.c decodes, reply.c encodes.
 *
 * Each message to the port is one command. Each command gets one answer, in the order of the commands.
 * Integers are big-endian, with their width in bits after the colon. A name or key fills the rest of
 * the message, and its length field must match.
 *
 * PLAIN FORM. The protocol of the C library hash-ring's Erlang binding; the binding's Erlang module
 * works with this driver unchanged.
 *
 *     command                                            answer
 *     01 create      replicas:32 hash:8                  ring:32   replicas: 1 to 2^20
 *                                                                  hash: 1 SHA-1, 2 MD5 as hash-ring
 *                                                                  has them, 3 and 4 of whole strings
 *     02 delete      ring:32                             00
 *     03 add node    ring:32 length:32 name              00
 *     04 remove node ring:32 length:32 name              00
 *     05 find node   ring:32 length:32 key               name
 *     06 set mode    ring:32 mode:8                      00        mode: 1 normal, 2 libmemcached
 *     07 find nodes  ring:32 length:32 count:32 key      names, joined by '|'
 *
 * Answers are those that the binding's module waits for. A failed command is answered 01, whatever
 * the cause, with these exceptions:
 *
 *     a create of the right length                       ring ff ff ff ff, which no ring ever has: all
 *                                                        that is asked of it fails
 *     add node, the name is in the ring                  00
 *     remove node, the name is not in the ring           00
 *
 * Also answered 01 are find node with an empty key, and find nodes if there is nothing to return: on an
 * empty ring, or with count 0. Some answers are ambiguous: a node named "\x01" looks like an error, and
 * a node named "a|b" looks like two nodes.
 *
 * FRAMED FORM. The same commands with the highest bit set: 81 to 87. The answer is status:8 (enum
 * status). After status 00 follows:
 *
 *     81 create      ring:32
 *     85 find node   the name, to the end of the message
 *     87 find nodes  for each node, length:32 and the name; nothing on an empty ring
 *     others         nothing
 *
 * Any other message is a bad command and is answered 01.
 *
 * ERRORS. Where several apply, the answer is the first in the order of enum status, except that memory
 * can run out before the others are known. A failed command changes nothing.
 *
 * HASHES 1 and 2 place every string where hash-ring places it: RING_HASH_RING_SHA1 and
 * RING_HASH_RING_MD5 of ring.h, which digest the length modulo 256. 3 and 4 are RING_SHA1 and RING_MD5,
 * which differ only for strings of more than 255 bytes. They are no part of hash-ring's protocol.
 *
 * RINGS belong to their port. No two rings of a port have the same number at the same time; the number
 * of a deleted ring may be used again. Mode 2 (libmemcached) needs MD5. The mode can change
 * only while the ring is empty; setting the mode that a ring already has always succeeds.
 *
 * THE FRAMED FORM tells more than hash-ring did: adding a node twice and removing an absent node fail,
 * and an empty key is a valid key. */
#ifndef REPRO_BEAM_PROTOCOL_H
#define REPRO_BEAM_PROTOCOL_H

#include <stdint.h>

enum { PROTOCOL_FRAMED = 0x80 };

#define PROTOCOL_NO_RING UINT32_MAX

enum opcode {
    OPCODE_CREATE = 1,
    OPCODE_DELETE,
    OPCODE_ADD_NODE,
    OPCODE_REMOVE_NODE,
    OPCODE_FIND_NODE,
    OPCODE_SET_MODE,
    OPCODE_FIND_NODES
};

enum { HASH_SHA1 = 1, HASH_MD5, HASH_SHA1_WHOLE, HASH_MD5_WHOLE };
enum { MODE_NORMAL = 1, MODE_LIBMEMCACHED = 2 };

enum status {
    STATUS_DONE = 0,
    STATUS_BAD_COMMAND,  /* no such command, a wrong length, an empty name, a value out of range */
    STATUS_NO_SUCH_RING, /* no ring of this port has that number */
    STATUS_NODE_EXISTS,  /* the name is in the ring */
    STATUS_NO_SUCH_NODE, /* the name is not in the ring; find node: the ring is empty */
    STATUS_TOO_MANY_POINTS, /* the ring would have more than 2^32 - 1 points */
    STATUS_NO_MEMORY,       /* the VM's allocator refused */
    STATUS_NOT_MD5,         /* mode 2 on a ring whose hash is not MD5 */
    STATUS_RING_NOT_EMPTY   /* a new mode for a ring with nodes */
};

#endif
