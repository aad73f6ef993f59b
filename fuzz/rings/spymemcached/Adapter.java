import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.spy.memcached.DefaultHashAlgorithm;
import net.spy.memcached.KetamaNodeKeyFormatter;
import net.spy.memcached.KetamaNodeLocator;
import net.spy.memcached.MemcachedNode;

/**
 * spymemcached's KetamaNodeLocator, to which a node is no more than its address.
 *
 * <p>Plain: 160 points a node, four from each MD5 of ADDRESS:PORT-i. With the argument "weighted", the strings are those of
 * libmemcached, and the number of points follows the weights; the list is made here, from that rule.
 */
public final class Adapter {
    private static boolean weighted;

    private static int[] md5(String text) {
        try {
            ByteBuffer digest = ByteBuffer.wrap(
                java.security.MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
            int[] words = new int[4];
            digest.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
            return words;
        } catch (java.security.NoSuchAlgorithmException error) {
            throw new IllegalStateException(error);
        }
    }

    private static long point(String name, int index) {
        String shown = weighted && name.endsWith(":11211") ? name.substring(0, name.lastIndexOf(':')) : name;
        return Integer.toUnsignedLong(md5(shown + "-" + index / 4)[index % 4]);
    }

    private static InetSocketAddress address(String name) {
        int colon = name.lastIndexOf(':');
        try {
            InetAddress address = InetAddress.getByName(name.substring(0, colon));
            // With a name of its own, lest it is looked up.
            InetAddress named = weighted ? InetAddress.getByAddress(name.substring(0, colon), address.getAddress()) : address;
            return new InetSocketAddress(named, Integer.parseInt(name.substring(colon + 1)));
        } catch (UnknownHostException error) {
            throw new IllegalArgumentException(error);
        }
    }

    private record Node(MemcachedNode node, int weight) {}

    private static final class Ring implements Protocol.Ring {
        private final Map<String, Node> nodes = new LinkedHashMap<>();
        private KetamaNodeLocator locator;

        @Override
        public void add(String name, int weight) {
            if (nodes.containsKey(name)) {
                throw new IllegalArgumentException(name);
            }
            InetSocketAddress address = address(name);
            MemcachedNode node = (MemcachedNode) Proxy.newProxyInstance(
                Adapter.class.getClassLoader(), new Class<?>[] {MemcachedNode.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "getSocketAddress" -> address;
                    case "toString" -> name;
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
            nodes.put(name, new Node(node, weight));
            locator = null;
        }

        @Override
        public void remove(String name) {
            if (nodes.remove(name) == null) {
                throw new IllegalArgumentException(name);
            }
            locator = null;
        }

        @Override
        public String find(String key) {
            if (locator == null) {
                List<MemcachedNode> all = new ArrayList<>();
                Map<InetSocketAddress, Integer> weights = new HashMap<>();
                for (Node node : nodes.values()) {
                    all.add(node.node());
                    weights.put((InetSocketAddress) node.node().getSocketAddress(), node.weight());
                }
                locator = weighted
                    ? new KetamaNodeLocator(all, DefaultHashAlgorithm.KETAMA_HASH, KetamaNodeKeyFormatter.Format.LIBMEMCACHED,
                        weights)
                    : new KetamaNodeLocator(all, DefaultHashAlgorithm.KETAMA_HASH);
            }
            return locator.getPrimary(key).toString();
        }

        @Override
        public List<Protocol.Point> list() {
            int total = nodes.values().stream().mapToInt(Node::weight).sum();
            List<Protocol.Point> points = new ArrayList<>();
            nodes.forEach((name, node) -> {
                float share = (float) node.weight() / (float) total;
                int digests = (int) Math.floor((float) (share * 160f / 4f * nodes.size() + 1e-10));
                for (int i = 0; i < digests * 4; i++) {
                    points.add(new Protocol.Point(point(name, i), name));
                }
            });
            points.sort(Comparator.comparingLong(Protocol.Point::position));
            return points;
        }
    }

    public static void main(String[] arguments) throws Exception {
        weighted = arguments.length > 0;
        System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SunLogger");
        Protocol.serve(
            (weighted ? "name=spymemcached-weighted placement=listed replicas=weight"
                : "name=spymemcached placement=own replicas=fixed points-per-replica=160")
            + " position-bits=32 successor=at-or-after ties=last-wins names=host-port keys=utf-8 finding-in-empty=fails"
            + " empty-key=accepts",
            Ring::new,
            new Protocol.Placement() {
                @Override
                public long point(String name, int index) {
                    return Adapter.point(name, index);
                }

                @Override
                public long position(String key) {
                    return Integer.toUnsignedLong(md5(key)[0]);
                }
            });
    }
}
