%% Arguments of hash_ring:create_ring/3 (the hash function) and hash_ring:set_mode/2.
-define(HASH_RING_FUNCTION_SHA1, 1).
-define(HASH_RING_FUNCTION_MD5, 2).
%% The same, but of strings of 256 bytes and more, every byte counts. The library hash-ring has no such functions.
-define(HASH_RING_FUNCTION_SHA1_WHOLE, 3).
-define(HASH_RING_FUNCTION_MD5_WHOLE, 4).
-define(HASH_RING_MODE_NORMAL, 1).
-define(HASH_RING_MODE_LIBMEMCACHED_COMPAT, 2).
