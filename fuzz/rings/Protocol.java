import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The adapter's side of the process protocol (fuzz/README.md, "A ring in another process"), for adapters in Java. */
public final class Protocol {
    /** A ring. Names and keys are text. Any exception is the ring's error, except Cannot. */
    public interface Ring {
        void add(String name, int replicas);

        void remove(String name);

        /** The owner of the key, or null. */
        String find(String key);

        /** The points in ring order. */
        default List<Point> list() {
            throw new Cannot("unknown statement");
        }
    }

    /** A point on the circle. */
    public record Point(long position, String name) {}

    /** Where points and keys lie. */
    public interface Placement {
        default long point(String name, int index) {
            throw new Cannot("unknown statement");
        }

        long position(String key);
    }

    /** The adapter cannot express a statement. */
    public static final class Cannot extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Cannot(String why) {
            super(why);
        }
    }

    private final Ring[] rings = new Ring[16];
    private int used;
    private final Supplier<Ring> make;
    private final Placement placement;

    private Protocol(Supplier<Ring> make, Placement placement) {
        this.make = make;
        this.placement = placement;
    }

    private static String unquote(String word) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 1; i < word.length() - 1; i++) {
            char character = word.charAt(i);
            if (character != '\\') {
                bytes.write(character);
            } else if (word.charAt(++i) == 'x') {
                bytes.write(Integer.parseInt(word, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(word.charAt(i));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static String quote(String name) {
        StringBuilder quoted = new StringBuilder("\"");
        for (byte one : name.getBytes(StandardCharsets.UTF_8)) {
            if (one > ' ' && (Character.isLetterOrDigit(one) || "-._:/".indexOf(one) >= 0)) {
                quoted.append((char) one);
            } else {
                quoted.append(String.format("\\x%02x", one));
            }
        }
        return quoted.append('"').toString();
    }

    private String answer(String[] words) {
        Ring ring = rings[used];
        switch (words[0]) {
            case "find":
                String node = ring.find(unquote(words[1]));
                return node == null ? "none" : quote(node);
            case "position":
                return Long.toString(placement.position(unquote(words[1])));
            case "point":
                return Long.toString(placement.point(unquote(words[1]), Integer.parseInt(words[2])));
            case "list":
                StringBuilder points = new StringBuilder();
                for (Point point : ring.list()) {
                    points.append(points.length() == 0 ? "" : " ").append(point.position()).append(' ').append(quote(point.name()));
                }
                return points.length() == 0 ? "none" : points.toString();
            case "add":
                ring.add(unquote(words[1]), Integer.parseInt(words[2]));
                return "ok";
            case "remove":
                ring.remove(unquote(words[1]));
                return "ok";
            case "ring":
                rings[used] = make.get();
                return "ok";
            case "destroy":
                rings[used] = null;
                return "ok";
            case "use":
                used = Integer.parseInt(words[1]);
                return "ok";
            default:
                throw new Cannot("unknown statement");
        }
    }

    private String judge(String line) {
        try {
            return answer(line.trim().split(" +"));
        } catch (Cannot error) {
            return "cannot " + error.getMessage();
        } catch (Exception error) {
            return "error";
        }
    }

    /** Answers statements until standard input ends. Answers are flushed when there is nothing more to read. */
    public static void serve(String declares, Supplier<Ring> make, Placement placement) throws IOException {
        Protocol protocol = new Protocol(make, placement);
        PrintStream output = new PrintStream(new FileOutputStream(FileDescriptor.out), false);
        StringBuilder answers = new StringBuilder("ringproof 1 " + declares + "\n");
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] chunk = new byte[1 << 16];
        for (int size = 0; size >= 0; size = System.in.read(chunk)) {
            for (int i = 0; i < size; i++) {
                if (chunk[i] != '\n') {
                    line.write(chunk[i]);
                    continue;
                }
                answers.append(protocol.judge(line.toString(StandardCharsets.US_ASCII))).append('\n');
                line.reset();
            }
            output.write(answers.toString().getBytes(StandardCharsets.US_ASCII));
            output.flush();
            answers.setLength(0);
        }
    }
}
