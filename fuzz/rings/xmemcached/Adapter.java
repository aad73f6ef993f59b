import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import com.google.code.yanf4j.core.Session;
import net.rubyeye.xmemcached.HashAlgorithm;
import net.rubyeye.xmemcached.impl.KetamaMemcachedSessionLocator;
import net.rubyeye.xmemcached.networking.MemcachedSession;
import net.rubyeye.xmemcached.utils.InetSocketAddressWrapper;

/**
 * xmemcached's KetamaMemcachedSessionLocator, to which a session is no more than an address and a weight: 160 points for each
 * unit of weight, four from each MD5 of ADDRESS/ADDRESS:PORT-i.
 */
public final class Adapter {
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

    /** An address whose host is known by its numbers: xmemcached looks up the name of every other one, and hashes that. */
    private static InetSocketAddress address(String host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(host, InetAddress.getByName(host).getAddress()), port);
        } catch (UnknownHostException error) {
            throw new IllegalArgumentException(error);
        }
    }

    private static final class Ring implements Protocol.Ring {
        private final Map<String, Session> sessions = new LinkedHashMap<>();
        private final KetamaMemcachedSessionLocator locator = new KetamaMemcachedSessionLocator(HashAlgorithm.KETAMA_HASH);
        private boolean changed = true;

        @Override
        public void add(String name, int weight) {
            if (sessions.containsKey(name)) {
                throw new IllegalArgumentException(name);
            }
            int colon = name.lastIndexOf(':');
            InetSocketAddress address = address(name.substring(0, colon), Integer.parseInt(name.substring(colon + 1)));
            InetSocketAddressWrapper wrapper = new InetSocketAddressWrapper(address, sessions.size() + 1, weight, null);
            wrapper.setRemoteAddressStr(address.toString()); // as its connector does
            sessions.put(name, (Session) Proxy.newProxyInstance(
                Adapter.class.getClassLoader(), new Class<?>[] {MemcachedSession.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "getRemoteSocketAddress" -> address;
                    case "getInetSocketAddressWrapper" -> wrapper;
                    case "getWeight" -> weight;
                    case "isClosed" -> false;
                    case "toString" -> name;
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> throw new UnsupportedOperationException(method.getName());
                }));
            changed = true;
        }

        @Override
        public void remove(String name) {
            if (sessions.remove(name) == null) {
                throw new IllegalArgumentException(name);
            }
            changed = true;
        }

        @Override
        public String find(String key) {
            if (changed) {
                locator.updateSessions(sessions.values());
                changed = false;
            }
            Session session = locator.getSessionByKey(key);
            return session == null ? null : session.toString();
        }
    }

    public static void main(String[] arguments) throws Exception {
        Protocol.serve(
            "name=xmemcached placement=own points-per-replica=160 replicas-max=100 position-bits=32 successor=at-or-after names=host-port keys=utf-8"
            + " finding-in-empty=ignores empty-key=fails",
            Ring::new,
            new Protocol.Placement() {
                @Override
                public long point(String name, int index) {
                    String host = name.substring(0, name.lastIndexOf(':'));
                    return Integer.toUnsignedLong(md5(host + "/" + name + "-" + index / 4)[index % 4]);
                }

                @Override
                public long position(String key) {
                    return Integer.toUnsignedLong(md5(key)[0]);
                }
            });
    }
}
