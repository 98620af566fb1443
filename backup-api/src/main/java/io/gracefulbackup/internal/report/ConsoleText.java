package io.gracefulbackup.internal.report;

import io.gracefulbackup.internal.support.Printable;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines so that the process's standard streams can show them. Under {@code LC_ALL=C} a stream prints a question mark
 * for each sign, and a failure looks like a success; there the severity is a word, and what else cannot be shown is escaped.
 */
final class ConsoleText {
    private static final Map<String, String> WORDS = new LinkedHashMap<>();

    static {
        WORDS.put("✅", "OK");
        WORDS.put("✓", "OK");
        WORDS.put("❌", "ERROR");
        WORDS.put("⚠️", "WARNING");
        WORDS.put("⚠", "WARNING");
        WORDS.put("❗", "IMPORTANT");
        List.of("🔄 ", "⏳ ", "⏸️ ", "🧹 ", "🩹 ", "🔑 ", "🌐 ").forEach(decoration -> WORDS.put(decoration, ""));
        WORDS.put("…", "...");
        WORDS.put("–", "-");
    }

    /** Null if everything can be shown. */
    private final @Nullable CharsetEncoder encoder;

    private ConsoleText(@Nullable CharsetEncoder encoder) {
        this.encoder = encoder;
    }

    /** For streams of these character sets: for the first that cannot show the signs, if there is one. */
    static ConsoleText of(Collection<Charset> charsets) {
        String signs = String.join("", WORDS.keySet());
        return charsets.stream()
                .filter(Charset::canEncode)
                .map(Charset::newEncoder)
                .filter(encoder -> !encoder.canEncode(signs))
                .findFirst()
                .map(ConsoleText::new)
                .orElseGet(() -> new ConsoleText(null));
    }

    /** For the standard streams of this process. */
    static ConsoleText ofProcess() {
        return of(List.of(charset(System.out, "sun.stdout.encoding"), charset(System.err, "sun.stderr.encoding")));
    }

    /** The line in characters that can be shown. */
    String of(String line) {
        return encoder == null ? line : encodable(words(line), encoder);
    }

    private static String words(String line) {
        String result = line;
        for (Map.Entry<String, String> word : WORDS.entrySet()) {
            result = result.replace(word.getKey(), word.getValue());
        }
        return result;
    }

    /** An encoder is not for use by several threads at once. */
    private static String encodable(String line, CharsetEncoder encoder) {
        StringBuilder text = new StringBuilder();
        synchronized (encoder) {
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                text.append(encoder.canEncode(c) ? String.valueOf(c) : Printable.escaped(c));
            }
        }
        return text.toString();
    }

    /** A stream tells its character set since Java 18; before, a property does if it is not the default one. */
    private static Charset charset(PrintStream stream, String property) {
        try {
            return (Charset) PrintStream.class.getMethod("charset").invoke(stream);
        } catch (ReflectiveOperationException before18) {
            String name = System.getProperty(property, "");
            return !name.isEmpty() && Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
        }
    }
}
