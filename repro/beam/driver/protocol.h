/* The driver's byte protocol: what a port is sent, and what it answers. It is that of the C library
 * hash-ring's Erlang binding, whose Erlang module works with this driver unchanged, and beside it a
 * framed form that can carry every answer. One message to the port is one command, and is answered by
 * one message, in the order of the commands. All integers are big-endian; a name or key is all that is
 * left of the message, and its length must say so.
 *
 *     01 create      replicas:32 hash:8                  -> ring:32     replicas 1 to 2^20; hash 1
 *                                                                       SHA-1, 2 MD5 (core/ring.h)
 *     02 delete      ring:32
 *     03 add node    ring:32 length:32 name
 *     04 remove node ring:32 length:32 name
 *     05 find node   ring:32 length:32 key               -> name
 *     06 set mode    ring:32 mode:8                                     1 normal, 2 libmemcached
 *     07 find nodes  ring:32 length:32 count:32 key      -> names, joined by '|'
 *
 * Where nothing else is said the answer is 00: done. Where a command cannot be done, the answer is 01,
 * whatever the cause. So a node called "\x01" looks like an error, "a|b" like two nodes, and on an
 * empty ring or for a count of 0 the find commands answer 01.
 *
 * FRAMED. The same commands with the highest bit set (81 to 87) are answered by status:8 (see enum
 * status) and if that is 00 by what follows:
 *
 *     81 create      -> ring:32
 *     85 find node   -> the name, to the end of the message
 *     87 find nodes  -> names, each as length:32 name; none on an empty ring
 *
 * Any other message is a bad command: 01 in both forms, and in the framed form if its first byte has
 * the highest bit set.
 *
 * Where several errors apply, the first in the order of enum status is answered, except that memory can
 * run out before that is known. A command that is not done changes nothing.
 *
 * RINGS belong to their port. A ring's number is that of no other ring of its port, and may be used
 * again when the ring is deleted. Mode 2 (libmemcached) needs hash 2 (MD5). The mode may be changed
 * while a ring is empty; to set the mode that a ring has is always done. */
#ifndef REPRO_BEAM_PROTOCOL_H
#define REPRO_BEAM_PROTOCOL_H

enum { PROTOCOL_FRAMED = 0x80 };

enum opcode {
    OPCODE_CREATE = 1,
    OPCODE_DELETE,
    OPCODE_ADD_NODE,
    OPCODE_REMOVE_NODE,
    OPCODE_FIND_NODE,
    OPCODE_SET_MODE,
    OPCODE_FIND_NODES
};

enum { HASH_SHA1 = 1, HASH_MD5 = 2 };
enum { MODE_NORMAL = 1, MODE_LIBMEMCACHED = 2 };

enum status {
    STATUS_DONE = 0,
    STATUS_BAD_COMMAND,  /* no such command, a wrong length, an empty name, a value out of range */
    STATUS_NO_SUCH_RING, /* no ring of this port has that number */
    STATUS_NODE_EXISTS,  /* the name is in the ring */
    STATUS_NO_SUCH_NODE, /* the name is not in the ring; find node: the ring is empty */
    STATUS_TOO_MANY_POINTS, /* the ring would have more than 2^32 - 1 points */
    STATUS_NO_MEMORY,       /* the VM's allocator has no more */
    STATUS_NOT_MD5,         /* mode 2 is for rings of hash 2 */
    STATUS_RING_NOT_EMPTY   /* the mode of a ring with nodes cannot be changed */
};

#endif
