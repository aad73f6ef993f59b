"""nginx's `hash ... consistent`: the server that it would ask is in $upstream_addr, although nothing listens there.

After a change, the first question starts another nginx, which makes the ring again.
"""
import functools
import zlib

import protocol
import servers

CONFIGURATION = """
daemon off; master_process off; pid %(pid)s; error_log stderr crit; worker_rlimit_nofile 4096;
events { worker_connections 1024; }
http {
    access_log off; client_body_temp_path %(temporary)s; proxy_temp_path %(temporary)s;
    fastcgi_temp_path %(temporary)s; uwsgi_temp_path %(temporary)s; scgi_temp_path %(temporary)s;
    client_header_buffer_size 128k; large_client_header_buffers 4 128k; ignore_invalid_headers off;
    keepalive_requests 1000000000; keepalive_timeout 1d;
    upstream ring { hash $http_key consistent; %(nodes)s }
    server {
        listen unix:%(socket)s;
        location / { proxy_pass http://ring/; proxy_pass_request_headers off; proxy_next_upstream off;
                     proxy_connect_timeout 1s; proxy_read_timeout 1s; error_page 400 404 500 502 504 = @asked;
                     proxy_intercept_errors on; }
        location @asked { return 200 "$upstream_addr"; }
    }
}
"""


@functools.lru_cache(maxsize=4096)
def start_of(name):
    host, _, port = name.partition(b":")
    return zlib.crc32(host + b"\0" + port), []


def point(name, index):
    """Each point is the CRC-32 of host, zero, port and the point before it."""
    start, points = start_of(name)
    while len(points) <= index:
        points.append(zlib.crc32((points[-1] if points else 0).to_bytes(4, "little"), start))
    return points[index]


class Ring:
    folder = servers.Folder()
    made = 0

    def __init__(self):
        self.nodes = {}
        self.server = None

    def add(self, name, weight):
        if name in self.nodes:
            raise KeyError(name)
        self.close()
        self.nodes[name] = weight

    def remove(self, name):
        del self.nodes[name]
        self.close()

    def start(self):
        Ring.made += 1
        sock, conf = self.files = self.folder.file(f"{Ring.made}.sock"), self.folder.file(f"{Ring.made}.conf")
        nodes = " ".join(f"server {name.decode()} weight={weight} max_fails=0;" for name, weight in self.nodes.items())
        with open(conf, "w", encoding="ascii") as file:
            file.write(CONFIGURATION % {"pid": self.folder.file("pid"), "temporary": self.folder.file("temporary"),
                                        "socket": sock, "nodes": nodes})
        self.server, self.connection = servers.start(["nginx", "-c", conf, "-e", "stderr"], sock)

    def find_many(self, keys):
        if not self.nodes:
            raise protocol.Cannot("an upstream has a server")
        if not self.server:
            self.start()
        found, rest = [], b""
        for at in range(0, len(keys), 100):
            group = keys[at:at + 100]
            self.connection.sendall(b"".join(b"GET / HTTP/1.1\r\nHost: h\r\nKey: %b\r\n\r\n" % key for key in group))
            while len(found) < at + len(group):
                data = self.connection.recv(1 << 18)
                if not data:
                    raise EOFError("nginx ended")
                rest += data
                while (body := rest.find(b"\r\n\r\n") + 4) > 3:
                    head = rest[:body]
                    size = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
                    if len(rest) < body + size:
                        break
                    found.append(rest[body:body + size] if head.startswith(b"HTTP/1.1 200") else None)
                    rest = rest[body + size:]
        return found

    def close(self):
        if self.server:
            self.connection.close()
            servers.end(self.server, self.files)
            self.server = None


servers.serve(
    "name=nginx placement=own points-per-replica=160 position-bits=32 successor=at-or-after ties=first-wins"
    " names=host-port keys=bytes key-max=65536 replicas-max=100 rebuilds=yes"
    r' not-in-keys="\x00\x09\x0a\x0d\x20"',
    Ring, point, zlib.crc32)
